#!/bin/sh
# Brings Temporal's two databases to the schema of this server; may be run again.
set -eu
for part in temporal visibility; do
  db=temporal
  [ "$part" = temporal ] || db=temporal_visibility
  tool="temporal-sql-tool --plugin postgres12 --ep $POSTGRES_SEEDS -p $DB_PORT -u $POSTGRES_USER --db $db"
  $tool create || true
  $tool setup-schema -v 0.0 || true
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$part/versioned"
done
