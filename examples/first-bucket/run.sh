#!/usr/bin/env bash
# A project, a policy, a bucket, a tag, and the bucket as HCL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

intent project create web --label env:dev
intent project update web --provider-config "@${PROVIDER_CONFIG}"
intent policy add buckets-only ../policy-on-a-file/buckets-only.rego
intent policy attach buckets-only web

intent create web logs --provider hashicorp/aws --provider-version 3.39.0 --type aws_s3_bucket \
	--config '{"bucket": "first-bucket-of-web"}'
intent update web logs --config '{"tags": {"owner": "ops", "note": "${literally}"}}'

intent export web --directory "${INTENT_HOME}/exported"
intent history web
intent audit verify
