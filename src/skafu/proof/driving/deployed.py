"""A deployed system: where it is, and what its resources are called."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3

from skafu.blueprint.resource_names import bucket_name, function_name, resource_name, stream_failures_name, timers_name
from skafu.proof.driving.outside import OutsideSystems
from skafu.proof.local_aws.port import LocalAws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Deployed:
    """A system that stands in an account of a local AWS.

    Attributes:
        account: the account's id.
        outputs: of the root stack: `ApiUrl`, `UserPoolId`, `UserPoolClientId`, `BusName`, `ErrorBusName`, ...
        stage: the stage that it was deployed as.
        outside: the fakes that it was deployed with; without, nothing that asks outside systems is driven.
    """

    account: str
    outputs: Mapping[str, str]
    stage: str = "proof"
    outside: OutsideSystems | None = None


@dataclass(frozen=True)
class ResourceNames:
    """The names of a system's resources: `{system}-{stage}-{service}-{resource}`, or shorter where AWS wants it.

    Attributes:
        system: name of the system, in kebab-case.
        stage: the stage that it was deployed as.
    """

    system: str
    stage: str

    def of(self, service: str, resource: str) -> str:
        """Give the name of a service's function, and of the queue, rule or schedule that belongs to it."""
        return function_name(self.system, self.stage, service, resource)

    def table(self, service: str, query: str) -> str:
        """Give the table that holds the rows of a query."""
        return resource_name("AWS::DynamoDB::Table", self.system, self.stage, service, query)

    def events_table(self, service: str) -> str:
        """Give the table that holds a service's events."""
        return self.table(service, "events")

    def stream_failures(self, service: str) -> str:
        """Give the queue of records that the readers of a service's stream gave up."""
        return stream_failures_name(self.system, self.stage, service)

    def timers(self, service: str) -> str:
        """Give the group of a service's schedules."""
        return timers_name(self.system, self.stage, service)

    def queue_to(self, service: str, integration: str) -> str:
        """Give the queue that an outside system reads."""
        return resource_name("AWS::SQS::Queue", self.system, self.stage, service, f"to-{integration}")

    def bucket_of(self, service: str, integration: str) -> str:
        """Give the bucket that an outside system reads, without the account that follows."""
        return bucket_name(self.system, self.stage, service, integration)

    @property
    def prefix(self) -> str:
        """What all names begin with."""
        return f"{self.system}-{self.stage}-"


@dataclass
class Clients:
    """AWS clients of the driver, which acts as the account's administrator; safe to share between threads."""

    aws: LocalAws
    account: str
    _made: dict[str, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def cognito(self) -> Any:  # noqa: ANN401
        """The client of user pools."""
        return self._client("cognito-idp")

    @property
    def dynamodb(self) -> "DynamoDBClient":
        """The client of tables."""
        client: DynamoDBClient = self._client("dynamodb")
        return client

    @property
    def events(self) -> Any:  # noqa: ANN401
        """The client of buses and rules."""
        return self._client("events")

    @property
    def functions(self) -> "LambdaClient":
        """The client of functions."""
        client: LambdaClient = self._client("lambda")
        return client

    @property
    def logs(self) -> Any:  # noqa: ANN401
        """The client of logs."""
        return self._client("logs")

    @property
    def mail(self) -> Any:  # noqa: ANN401
        """The client of the mail service."""
        return self._client("sesv2")

    @property
    def secrets(self) -> Any:  # noqa: ANN401
        """The client of secrets."""
        return self._client("secretsmanager")

    @property
    def files(self) -> Any:  # noqa: ANN401
        """The client of buckets."""
        return self._client("s3")

    @property
    def queues(self) -> "SQSClient":
        """The client of queues."""
        client: SQSClient = self._client("sqs")
        return client

    @property
    def schedules(self) -> Any:  # noqa: ANN401
        """The client of schedules."""
        return self._client("scheduler")

    @property
    def topics(self) -> Any:  # noqa: ANN401
        """The client through which things publish."""
        return self._client("iot-data")

    @property
    def workflows(self) -> Any:  # noqa: ANN401
        """The client of state machines."""
        return self._client("stepfunctions")

    def _client(self, service: str) -> Any:  # noqa: ANN401
        # Making a client is not thread-safe, using it is.
        with self._lock:
            if service not in self._made:
                session = boto3.Session()
                self._made[service] = session.client(service, **self.aws.wiring(self.account))  # type: ignore[call-overload]
            return self._made[service]
