#!/bin/sh
# The namespace of the desk, with 90 days' retention; may be run again.
set -eu
temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 90d
temporal operator namespace update -n "$TEMPORAL_NAMESPACE" --retention 90d
