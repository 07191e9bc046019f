-- What a county changes of a class of cases (事件分类): one row for each change, the latest in force. Null is what the baseline says.
create table case_class_change (
    tenant_id text not null,
    id uuid not null,
    class_code text collate "C" not null,
    version int not null check (version > 0),
    name text,
    enabled boolean,
    verification boolean,
    respond_amount int check (respond_amount > 0),
    respond_unit text,
    reply_amount int check (reply_amount > 0),
    reply_unit text,
    resolve_amount int check (resolve_amount > 0),
    resolve_unit text,
    duplicate_radius int check (duplicate_radius > 0),
    duplicate_days int check (duplicate_days > 0),
    changed_by text not null,
    changed_by_name text not null,
    changed_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, class_code, version),
    check ((respond_amount is null) = (respond_unit is null)),
    check ((reply_amount is null) = (reply_unit is null)),
    check ((resolve_amount is null) = (resolve_unit is null))
);
comment on table case_class_change is 'append-only';
