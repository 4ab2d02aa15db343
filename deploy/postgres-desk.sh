#!/bin/sh
# The desk's own database and account, made when PostgreSQL's data folder is made.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$DESK_DB_PASSWORD" -U postgres <<'SQL'
create role desk login password :'password';
create database desk owner desk;
SQL
