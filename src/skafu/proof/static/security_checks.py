"""Which checks of checkov a serverless system has to pass, and which ones it does not, each with the reason."""

CHECKS = {
    "CKV_AWS_7": "keys of the customer rotate",
    "CKV_AWS_18": "access to buckets is logged",
    "CKV_AWS_19": "buckets are encrypted",
    "CKV_AWS_20": "nobody outside reads a bucket",
    "CKV_AWS_21": "buckets keep versions, so that an overwritten file can be had again",
    "CKV_AWS_26": "topics are encrypted",
    "CKV_AWS_28": "tables can be restored to a point in time",
    "CKV_AWS_33": "a key policy names who may use the key",
    "CKV_AWS_45": "no secret stands in a function's environment",
    "CKV_AWS_53": "buckets block public ACLs",
    "CKV_AWS_54": "buckets block public policies",
    "CKV_AWS_55": "buckets ignore public ACLs",
    "CKV_AWS_56": "buckets restrict public access",
    "CKV_AWS_57": "nobody outside writes to a bucket",
    "CKV_AWS_60": "a role names who may assume it",
    "CKV_AWS_61": "a role can't be assumed across all services",
    "CKV_AWS_62": "no role is an administrator",
    "CKV_AWS_63": "no statement allows every action",
    "CKV_AWS_66": "logs end",
    "CKV_AWS_73": "a REST API is traced",
    "CKV_AWS_76": "calls of a REST API are logged",
    "CKV_AWS_95": "calls of an HTTP API are logged",
    "CKV_AWS_107": "no role reads credentials",
    "CKV_AWS_108": "no role can carry off data",
    "CKV_AWS_109": "no role changes permissions without constraint",
    "CKV_AWS_110": "no role can raise its own privileges",
    "CKV_AWS_111": "no role writes without constraint",
    "CKV_AWS_258": "a function's own address asks who is calling",
    "CKV_AWS_363": "runtimes are supported",
    "CKV_AWS_364": "a service may call a function for one source only",
    "CKV_AWS_366": "an identity pool lets no guest in",
    "CKV_AWS_384": "no secret stands in a parameter",
    "CKV2_AWS_75": "a function's own address is not open to every origin",
}
"""Check -> what it sees to."""

QUEUES_ARE_ENCRYPTED = "queues are encrypted, with SQS's keys or with one's own"
"""Seen to here: checkov's own check of queues (CKV_AWS_27) does not know SqsManagedSseEnabled."""

SKIPPED = {
    "CKV_AWS_27": "it does not know SqsManagedSseEnabled; a check beside checkov looks for either encryption",
    "CKV_AWS_59": "routes may be public by design; the proof calls every route without a token and compares",
    "CKV_AWS_115": "reserved concurrency takes from the account's pool; the API's throttle and each mapping limit it",
    "CKV_AWS_116": "calls by API, stream and queue don't use a function's own dead-letter queue; each edge has one",
    "CKV_AWS_117": "nothing in a private network is used, and a VPC adds cost and cold-start time",
    "CKV_AWS_119": "tables are encrypted; a key of the customer is for stages with personal data",
    "CKV_AWS_120": "a cache in front of commands would be wrong, and queries are single reads by key",
    "CKV_AWS_149": "secrets are encrypted; a key of the customer is for stages with personal data",
    "CKV_AWS_158": "logs are encrypted, and fields with personal data are redacted before they are written",
    "CKV_AWS_173": "no secret stands in an environment, only names of resources",
    "CKV_AWS_192": "there is no Java, so no Log4j",
}
"""Check that concerns serverless resources and is not run -> why."""
