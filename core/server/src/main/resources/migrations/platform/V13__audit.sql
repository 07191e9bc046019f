-- The end of each county's audit log, kept apart from it: rows that were cut off the log's end are missed here.
create table audit_anchor (
    county text primary key,
    seq bigint not null,
    hash bytea not null,
    sealed_at timestamptz not null
);
