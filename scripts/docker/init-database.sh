#!/bin/sh
# Run once by the database image, on an empty volume: the extensions, which need a superuser, and the application's
# own role, which is none.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$MRA_DATABASE_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE mra LOGIN PASSWORD :'password';
CREATE DATABASE mra OWNER mra;
\connect mra
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS citext;
SQL
