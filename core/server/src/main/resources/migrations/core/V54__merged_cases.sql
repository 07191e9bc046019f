-- Cases that are the same (重复事件): merged into the main one, which goes on for all; until it has ended, a merging can be undone.
alter table case_record drop constraint case_record_state_check;
alter table case_record add constraint case_record_state_check check (state in (
    'AWAITING_VERIFICATION', 'AWAITING_DISPATCH', 'DISPATCHED', 'HANDLED', 'CLOSED', 'REFUSED', 'REFERRED', 'WITHDRAWN', 'MERGED'));
alter table case_record
    add column merged_into uuid,
    add column merged_from text,
    add column merged_at timestamptz,
    add column merged_count int not null default 0;
alter table case_record add foreign key (tenant_id, merged_into) references case_record;
alter table case_record add constraint case_merged_whole check (
    merged_into <> id
    and (state = 'MERGED') = (merged_into is not null)
    and num_nulls(merged_into, merged_from, merged_at) in (0, 3));
create index case_merged on case_record (tenant_id, merged_into, id) where merged_into is not null;

-- Where open cases are, for those near another.
create index case_near on case_record (tenant_id, latitude, longitude)
    where latitude is not null and state in ('AWAITING_VERIFICATION', 'AWAITING_DISPATCH', 'DISPATCHED', 'HANDLED');
