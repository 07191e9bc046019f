-- 账户合并: points of a person, or of a household in which nobody is left, move when two records turn out to be one person's. The id of the
-- transfer follows from the merge, so that it is posted once.
alter table points_transfer drop constraint points_transfer_kind_check;
alter table points_transfer add constraint points_transfer_kind_check
    check (kind in ('AWARD', 'REVERSAL', 'SETTLEMENT', 'REDEEM', 'MERGE'));

-- A merge and its undoing are told to two handlers: whichever comes first leaves its row, so that points of a merge that was undone
-- before they could follow stay where they are.
create table points_merge (
    tenant_id text not null,
    merge_id uuid not null,
    undone boolean not null,
    primary key (tenant_id, merge_id)
);
