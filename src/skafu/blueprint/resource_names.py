"""What resources are called in an AWS account: generation writes these names, the proof looks them up."""

from hashlib import sha256

from skafu.blueprint.aws_limits import NAME_LIMITS

BETWEEN = len("-staging-")
"""What is between the system and the rest, in the stage with the longest name."""
DIGEST = 8
LEAST_TAIL = 15
"""How much is always left for what follows the stage: a few letters that people read, and a digest."""
BUCKET_END = len("-log-123456789012")
"""What may follow in the name of a bucket: all buckets of the world share their names."""


def resource_name(kind: str, system: str, stage: str, *parts: str, room_for: int = 0) -> str:
    """Name a resource: `{system}-{stage}-{service}-{resource}`.

    A name that would be too long for its kind in some stage is cut and ends with a digest of the whole, so that it
    stays the same in each stage, and other than its neighbours.

    Args:
        kind: the type of the resource, as in `NAME_LIMITS`.
        system: name of the system, in kebab-case.
        stage: the stage, or what stands for it in a stack: `${Stage}`.
        parts: the service, and what the resource is called there.
        room_for: how many characters follow the name.
    """
    limit = NAME_LIMITS[kind] - room_for
    tail = "-".join(parts)
    if len(system) + BETWEEN + len(tail) > limit:
        digest = sha256("/".join((system, *parts)).encode()).hexdigest()[:DIGEST]
        system = _cut(system, limit)
        kept = limit - BETWEEN - len(system) - DIGEST - 1
        tail = f"{tail[:kept].rstrip('-')}-{digest}"
    return f"{system}-{stage}-{tail}"


def function_name(system: str, stage: str, service: str, element: str) -> str:
    """Name the function of an element; its log, queue, rule, schedule and workflow are called alike.

    Args:
        system: name of the system, in kebab-case.
        stage: the stage.
        service: name of the service, in kebab-case.
        element: name of the command, query or reaction, in kebab-case.
    """
    return resource_name("AWS::Lambda::Function", system, stage, service, element)


def stream_failures_name(system: str, stage: str, service: str) -> str:
    """Name the queue and the topic of records that the readers of a service's stream gave up.

    Args:
        system: name of the system, in kebab-case.
        stage: the stage.
        service: name of the service, in kebab-case.
    """
    end = "-stream-failures"
    return resource_name("AWS::SQS::Queue", system, stage, service, room_for=len(end)) + end


def timers_name(system: str, stage: str, service: str) -> str:
    """Name the group of a service's schedules.

    Args:
        system: name of the system, in kebab-case.
        stage: the stage.
        service: name of the service, in kebab-case.
    """
    return resource_name("AWS::Scheduler::ScheduleGroup", system, stage, service)


def bucket_name(system: str, stage: str, service: str, what: str) -> str:
    """Name a bucket of a service, without the account that follows, maybe after `-log`.

    Args:
        system: name of the system, in kebab-case.
        stage: the stage.
        service: name of the service, in kebab-case.
        what: what it holds, in kebab-case.
    """
    return resource_name("AWS::S3::Bucket", system, stage, service, what, room_for=BUCKET_END)


def any_bucket(system: str, stage: str) -> str:
    """Give the pattern that the names of all buckets of a system match, and few others.

    Args:
        system: name of the system, in kebab-case.
        stage: the stage.
    """
    kept = _cut(system, NAME_LIMITS["AWS::S3::Bucket"] - BUCKET_END)
    return f"{system if kept == system else f'{kept}*'}-{stage}-*"


def _cut(system: str, limit: int) -> str:
    """As much of a system's name as there is room for in a name that is too long."""
    return system[: limit - BETWEEN - LEAST_TAIL].rstrip("-")
