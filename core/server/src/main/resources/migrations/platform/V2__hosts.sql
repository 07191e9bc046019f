-- The counties' extra host names: the key keeps two counties, on two replicas too, from claiming the same one.
create table tenant_host (
    host text primary key,
    code text not null references tenant
);
create index tenant_host_code on tenant_host (code);

insert into tenant_host (host, code)
select lower(host), code from tenant, jsonb_array_elements_text(coalesce(manifest -> 'hosts', '[]')) host
on conflict do nothing;
