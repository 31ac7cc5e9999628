"""Every bound of the system in one place, each with its unit. What happens at one is decided elsewhere."""

from typing import Final

# Names and text that callers give.
RESOURCE_ID_MAX_CHARS: Final = 63
PROVIDER_ADDRESS_MAX_CHARS: Final = 512
VERSION_MAX_CHARS: Final = 128
VERSION_CONSTRAINTS_MAX_CHARS: Final = 1_000
LOCK_FILE_MAX_BYTES: Final = 1_048_576
PROJECT_NAME_MAX_CHARS: Final = 63
IMPORT_ID_MAX_CHARS: Final = 2_048
IDEMPOTENCY_KEY_MAX_CHARS: Final = 200
NOTE_MAX_CHARS: Final = 2_000
CONFIG_MAX_BYTES: Final = 1_048_576
CONFIG_MAX_DEPTH: Final = 40
# Linux: PATH_MAX, which counts the final zero byte as well.
FILE_PATH_MAX_CHARS: Final = 4_095
CONFIG_PROBLEMS_MAX: Final = 50
REF_MAX_CHARS: Final = 1_024

# Text that came from outside (providers, OpenTofu), as shown and stored.
UNTRUSTED_TEXT_MAX_CHARS: Final = 4_000

# Questions about providers: how long a registry is waited for, when it alone answers and when it only helps.
REGISTRY_ANSWER_SECONDS: Final = 20.0
REGISTRY_HELP_SECONDS: Final = 5.0
SEARCH_WORDS_MAX: Final = 8
SEARCH_FOUND_MAX: Final = 100

# Pages of a registry's documentation: how much is read of one, and what is kept of what it says.
PAGE_MAX_CHARS: Final = 400_000
PAGE_PIECES_MAX: Final = 8_000
PAGE_PIECE_MAX_CHARS: Final = 4_000
PAGE_MEMBERS_MAX: Final = 1_500
PAGE_MEMBER_DEPTH_MAX: Final = 8
PAGE_LINE_MAX_CHARS: Final = 400
PAGE_EXAMPLES_MAX: Final = 12
PAGE_EXAMPLE_MAX_CHARS: Final = 6_000
PAGE_RULES_MAX: Final = 30

# Waiting, in seconds. Editors give a tool call up after 60.
WAIT_DEFAULT_SECONDS: Final = 20.0
WAIT_MAX_SECONDS: Final = 55.0

# Child processes.
PLAN_TIMEOUT_SECONDS: Final = 900.0
APPLY_TIMEOUT_SECONDS: Final = 3_600.0
INTERRUPT_GRACE_SECONDS: Final = 30.0
# What is left of a child may take that long to let go of its lock.
EFFECT_LOCK_SECONDS: Final = 10.0
CHILD_MEMORY_MAX_BYTES: Final = 4 * 1024**3
CHILD_OUTPUT_MAX_BYTES: Final = 256 * 1024**2
STATE_FILE_MAX_BYTES: Final = 64 * 1024**2

# Policies.
POLICY_FINDINGS_MAX: Final = 100
POLICY_SOURCE_MAX_BYTES: Final = 262_144
POLICY_EVALUATION_SECONDS: Final = 0.5
POLICY_EVALUATION_MAX_SECONDS: Final = 5.0
POLICY_CHECK_SECONDS: Final = 2.0
POLICY_WORKER_START_SECONDS: Final = 10.0
POLICY_WORKER_MEMORY_BYTES: Final = 512 * 1024**2
POLICY_LITERAL_MAX_DEPTH: Final = 10
POLICY_REQUEST_MAX_BYTES: Final = 64 * 1024**2
POLICY_ANSWER_MAX_BYTES: Final = 1024**2
POLICY_FILES_MAX: Final = 10_000
POLICY_TURN_SECONDS: Final = 0.1
POLICY_PARALLEL_MIN: Final = 32
POLICY_QUARANTINE_MAX: Final = 10_000
POLICY_LOADED_MAX_BYTES: Final = 2 * 1024**2
POLICY_CIDR_EXPAND_MAX: Final = 65_536
POLICY_TEMPLATE_MAX_CHARS: Final = 262_144
POLICY_CERTIFICATES_MAX: Final = 64
POLICY_CERTIFICATES_MAX_BYTES: Final = 262_144
POLICY_CERTIFICATE_NUMBER_MAX_BITS: Final = 8_192
POLICY_EXPLANATION_SECONDS: Final = 5.0
POLICY_PARAMETERS_MAX_BYTES: Final = 262_144
POLICY_LABELS_MAX: Final = 50
POLICY_TYPES_MAX: Final = 500
POLICY_TYPE_MAX_CHARS: Final = 128

# What is told of why a policy said something.
EXPLAINED_DEFINITIONS_MAX: Final = 60
EXPLAINED_REFERENCES_MAX: Final = 12
EXPLAINED_VALUES_MAX: Final = 3
EXPLAINED_TEXT_MAX_CHARS: Final = 400

# Waivers, and samples of what policies said.
WAIVER_MAX_DAYS: Final = 90
WAIVER_OWNER_MAX_CHARS: Final = 200
SAMPLE_KEEP_DAYS: Final = 7
SAMPLES_PER_POLICY: Final = 100

# Judging recorded decisions again.
BACKTEST_PAGE: Final = 200
BACKTEST_CHANGES_MAX: Final = 1_000

# Runs of policy tests. A world is loaded at once: its modules, parsed and rewritten, and its data.
SUITE_FILES_MAX: Final = 10_000
SUITE_DATA_MAX_BYTES: Final = 16 * 1024**2
SUITE_LOAD_SECONDS: Final = 30.0
SUITE_TEST_SECONDS: Final = 5.0
SUITE_TEST_MAX_SECONDS: Final = 600.0
SUITE_PARALLEL_MAX: Final = 64
SUITE_COUNT_MAX: Final = 10_000
SUITE_TEXT_MAX_CHARS: Final = 20_000

# Change sets. What runs at once is bounded again, by the processors, where OpenTofu runs.
CHANGE_SET_MAX: Final = 500
CHANGE_SET_PARALLEL_MAX: Final = 16
CHANGE_SET_SHOWN_MAX: Final = 50

# Approvals and leases: how many persons a review may ask for and name; times in seconds.
APPROVAL_TTL_SECONDS: Final = 24 * 3_600
APPROVALS_MAX: Final = 10
APPROVERS_MAX: Final = 50
APPROVER_NAME_MAX_CHARS: Final = 200
LEASE_SECONDS: Final = 60
LEASE_RENEW_SECONDS: Final = 15
# How often a worker looks whether another process wants it to stop.
CANCEL_LOOK_SECONDS: Final = 2.0
LEASE_RETRY_SECONDS: Final = 1
# Until an interrupted operation is looked at again unasked, twice as long each time.
RECOVERY_RETRY_SECONDS: Final = 30
RECOVERY_RETRY_MAX_SECONDS: Final = 3_600

# Locks on projects.
LOCK_SECONDS: Final = 300
LOCK_REASON_MAX_CHARS: Final = 200

# Requests that have not ended, of one project and of all, beyond which a new one is refused; the changes of a
# set count with their set. A minute is when it is worth coming back.
OPEN_OPERATIONS_PER_PROJECT_MAX: Final = 500
OPEN_OPERATIONS_MAX: Final = 2_000
BUSY_RETRY_SECONDS: Final = 60

# A project's time: how long it may be given, the hours before its end at which it is warned of, and how often
# what kept a resource from being destroyed at the end is tried again.
TTL_MIN_SECONDS: Final = 60
TTL_MAX_DAYS: Final = 3_660
EXPIRY_WARNING_HOURS: Final = (72, 24, 1)
EXPIRY_RETRY_SECONDS: Final = 3_600

# Scheduled refreshes.
REFRESH_EVERY_MIN_SECONDS: Final = 900
REFRESH_EVERY_MAX_DAYS: Final = 30
SIGHTING_PATHS_MAX: Final = 20

# Upkeep: the time between two passes, how much one pass begins, how many records of a kind it looks at, and
# how long a request may be queued before it is taken up or given up.
UPKEEP_SECONDS: Final = 60.0
UPKEEP_MIN_SECONDS: Final = 1.0
UPKEEP_MAX_SECONDS: Final = 3_600.0
UPKEEP_STARTS_MAX: Final = 20
UPKEEP_OPERATIONS_MAX: Final = 10_000
QUEUED_TAKEN_UP_SECONDS: Final = 60
QUEUED_MAX_SECONDS: Final = 6 * 3_600

# Waiting for a database that another process writes to, in seconds.
DATABASE_BUSY_SECONDS: Final = 30.0
DATABASE_INSPECTION_BUSY_SECONDS: Final = 1.0

# Set-up. A release is 25 to 30 MB, the largest provider zip about 150 MB, unpacked 700 MB.
CONNECT_TIMEOUT_SECONDS: Final = 5.0
READ_TIMEOUT_SECONDS: Final = 30.0
PACKAGE_CLIENT_TIMEOUT_SECONDS: Final = 600.0
VERSION_TIMEOUT_SECONDS: Final = 20.0
SETUP_LOCK_TIMEOUT_SECONDS: Final = 900.0
REGISTRY_ANSWER_MAX_BYTES: Final = 4 * 1024**2
ARCHIVE_MAX_BYTES: Final = 512 * 1024**2
EXECUTABLE_MAX_BYTES: Final = 2 * 1024**3

# Provider packages: files of one, the path of one in its folder, all of them unpacked, an archive's index;
# patterns and mirrors in the settings; waiting for the mirror's record, in seconds.
PACKAGE_FILES_MAX: Final = 2_000
PACKAGE_FILE_NAME_MAX_CHARS: Final = 400
PACKAGE_MAX_BYTES: Final = 2 * 1024**3
PACKAGE_INDEX_MAX_BYTES: Final = 1024**2
ALLOW_PATTERNS_MAX: Final = 500
MIRRORS_MAX: Final = 20
MIRROR_RECORD_LOCK_SECONDS: Final = 60.0

# Cached schemas, as JSON: one type (a large one has some megabytes), an index, what a process keeps decoded;
# what lies on disk, compressed; and how long one process waits for another that asks for the same.
SCHEMA_PART_MAX_BYTES: Final = 64 * 1024**2
SCHEMA_INDEX_MAX_BYTES: Final = 16 * 1024**2
SCHEMA_KEPT_MAX_BYTES: Final = 4 * 1024**2
SCHEMA_INDEXES_KEPT_MAX_BYTES: Final = 4 * 1024**2
SCHEMA_CACHE_MAX_BYTES: Final = 512 * 1024**2
SCHEMA_WAIT_SECONDS: Final = 900.0

# Asking registries: how much an answer of each kind may hold (the largest index of documentation is about
# 1 MB), how long a document and an archive may take with all tries, how often one is tried and how long is
# waited in between, how long an answer is taken for fresh, and how much is kept on disk.
REGISTRY_DISCOVERY_MAX_BYTES: Final = 256 * 1024
REGISTRY_INDEX_MAX_BYTES: Final = 16 * 1024**2
REGISTRY_PAGE_MAX_BYTES: Final = 2 * 1024**2
REGISTRY_SUMS_MAX_BYTES: Final = 1024**2
REGISTRY_SIGNATURE_MAX_BYTES: Final = 64 * 1024
REGISTRY_DOCUMENT_SECONDS: Final = 90.0
ARCHIVE_SECONDS: Final = 3_600.0
REGISTRY_TRIES: Final = 4
REGISTRY_RETRY_SECONDS: Final = 0.5
REGISTRY_RETRY_AFTER_MAX_SECONDS: Final = 30.0
REGISTRY_UNREACHABLE_SECONDS: Final = 60.0
REGISTRY_REDIRECTS_MAX: Final = 5
REGISTRY_ADDRESSES_MAX: Final = 6
REGISTRY_FRESH_SECONDS: Final = 60.0
REGISTRY_FRESH_MAX_SECONDS: Final = 3_600.0
REGISTRY_DISCOVERY_FRESH_SECONDS: Final = 3_600.0
REGISTRY_KEPT_MAX_BYTES: Final = 64 * 1024**2
REGISTRY_VERSIONS_MAX: Final = 10_000
REGISTRY_TYPES_MAX: Final = 20_000

# Operations that one round of upkeep looks through.
PENDING_MAX: Final = 100_000

# Pages.
LIST_DEFAULT: Final = 50
LIST_MAX: Final = 500
INTERRUPTED_SHOWN_MAX: Final = 10
TOOL_TEXT_MAX_BYTES: Final = 2_048
PROVIDER_ANSWER_MAX_BYTES: Final = 6_144
