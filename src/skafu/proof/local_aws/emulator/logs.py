"""Lines that services write into CloudWatch log groups."""

import time

from ministack.services import cloudwatch_logs


def group_of(arn: str) -> str:
    """Name of the log group of an ARN, with or without the trailing `:*`."""
    return arn.rsplit(":log-group:", maxsplit=1)[-1].removesuffix(":*")


def exists(arn: str) -> bool:
    """Whether there is a log group of this ARN."""
    return group_of(arn) in cloudwatch_logs._log_groups


def write(group: str, stream: str, line: str) -> bool:
    """Append one line; false when the group does not exist."""
    found = cloudwatch_logs._log_groups.get(group)
    if found is None:
        return False
    if stream not in found["streams"]:
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    now = int(time.time() * 1000)
    event = {"timestamp": now, "message": line, "ingestionTime": now}
    cloudwatch_logs._append_log_events(found["streams"][stream], [event])
    return True
