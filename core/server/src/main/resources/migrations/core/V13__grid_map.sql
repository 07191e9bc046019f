-- 网格地图: what a division covers, GeoJSON on WGS-84. The box is what an index answers; the rest is geometry.
create table division_shape (
    tenant_id text not null,
    division_id uuid not null,
    geo_json text not null,
    south double precision not null,
    west double precision not null,
    north double precision not null,
    east double precision not null,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (tenant_id, division_id),
    foreign key (tenant_id, division_id) references division
);
create index division_shape_box on division_shape (tenant_id, south, north, west, east);

-- Grids and groups that people made, renamed or ended; an applied file leaves them as they are.
alter table division add column managed boolean not null default false;
