-- A post is closed once it is over and what was open with its holder has been handed over; until then a term may have ended unnoticed.
alter table post add column closed boolean not null default false;
alter table post no force row level security;
update post set closed = true where until is not null;
alter table post force row level security;
drop index post_once;
create unique index post_once on post (tenant_id, subject, role, division_id, unit_id) nulls not distinct where not closed;
drop index post_division;
create index post_division on post (tenant_id, division_code, role) where not closed;
create index post_history on post (tenant_id, division_code, id);
create index post_holder on post (tenant_id, subject, id);

-- 代班: a colleague who stands in for a post for a time.
create table stand_in (
    tenant_id text not null,
    id uuid not null,
    post_id uuid not null,
    subject text not null,
    holder_name text not null,
    since timestamptz not null,
    until timestamptz not null,
    closed boolean not null,
    arranged_by text not null,
    version int not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, post_id) references post
);
create index stand_in_post on stand_in (tenant_id, post_id, id);
create index stand_in_holder on stand_in (tenant_id, subject) where not closed;

-- What has ended by itself is looked for across the counties, and no more is seen of it than that it has.
create index post_due on post (until) where not closed and until is not null;
grant select (tenant_id, id, until, closed) on post to lianhu_worker;
create policy worker on post for select to lianhu_worker using (true);
create index stand_in_due on stand_in (until) where not closed;
grant select (tenant_id, id, until, closed) on stand_in to lianhu_worker;
create policy worker on stand_in for select to lianhu_worker using (true);
