#!/usr/bin/env bash
# Runs once, when the database container first starts. The application's role is neither superuser
# nor exempt from row-level security: otherwise the second wall between networks would not bind it.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$GEOMATCH_PASSWORD" --username postgres <<'SQL'
  CREATE ROLE geomatch LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
  CREATE DATABASE geomatch OWNER geomatch;
  \connect geomatch
  CREATE EXTENSION IF NOT EXISTS postgis;
SQL
