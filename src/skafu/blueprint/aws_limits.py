"""How long names and texts may be on AWS: facts of the documentation, with the day on which they were looked up."""

from collections.abc import Mapping

LOOKED_UP_ON = "2026-11-20"
"""The day on which the limits below were compared with the AWS documentation."""

NAME_LIMITS: Mapping[str, int] = {
    "AWS::CloudWatch::Alarm": 255,
    "AWS::CodeDeploy::Application": 100,
    "AWS::DynamoDB::Table": 255,
    "AWS::Events::Archive": 48,
    "AWS::Events::EventBus": 256,
    "AWS::Events::Rule": 64,
    "AWS::IAM::Role": 64,
    "AWS::IoT::TopicRule": 128,
    "AWS::Lambda::Function": 64,
    "AWS::Lambda::LayerVersion": 140,
    "AWS::Logs::LogGroup": 512,
    "AWS::S3::Bucket": 63,
    "AWS::SES::ReceiptRule": 64,
    "AWS::SES::ReceiptRuleSet": 64,
    "AWS::SNS::Topic": 256,
    "AWS::SQS::Queue": 80,
    "AWS::Scheduler::Schedule": 64,
    "AWS::Scheduler::ScheduleGroup": 64,
    "AWS::SecretsManager::Secret": 512,
    "AWS::StepFunctions::StateMachine": 80,
}
"""Type of a resource -> how many characters its name may have.

Source: the API references of the services and the CloudFormation template reference (docs.aws.amazon.com).
"""

LONGEST_HANDLER = 128
"""Characters of a function's handler, `package.module.function` (Lambda API reference, `CreateFunction`)."""

LONGEST_FUNCTION_DESCRIPTION = 256
"""Characters of a function's description (Lambda API reference, `CreateFunction`)."""

LONGEST_STACK_DESCRIPTION = 1024
"""Bytes of a stack's description, in UTF-8 (CloudFormation user guide, quotas)."""
