-- 积分超市: goods. The stock is what can still be reserved.
create table points_item (
    tenant_id text not null,
    id uuid not null,
    village text collate "C" not null,
    name text not null,
    description text not null,
    price int not null check (price between 1 and 100000),
    stock int not null constraint points_item_stock check (stock >= 0),
    active boolean not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version int not null,
    primary key (tenant_id, id)
);
create index points_item_listed on points_item (tenant_id, village, id);

-- 积分兑换: reserved by a resident, handed over against the pick-up code (取货码), or cancelled.
create table points_redemption (
    tenant_id text not null,
    id uuid not null,
    village text collate "C" not null,
    item_id uuid not null,
    item_name text not null,
    quantity int not null check (quantity between 1 and 99),
    points int not null check (points > 0),
    hold_id uuid not null,
    resident_id uuid not null,
    household_id uuid not null,
    state text not null check (state in ('RESERVED', 'HANDED_OVER', 'CANCELLED')),
    pickup_code text not null check (pickup_code ~ '^[0-9]{6}$'),
    reserved_at timestamptz not null,
    resolved_by text,
    resolved_at timestamptz,
    version int not null,
    primary key (tenant_id, id),
    unique (tenant_id, hold_id),
    foreign key (tenant_id, item_id) references points_item,
    foreign key (tenant_id, hold_id) references points_hold,
    check ((state = 'RESERVED') = (resolved_at is null))
);
create unique index points_redemption_code on points_redemption (tenant_id, village, pickup_code) where state = 'RESERVED';
create index points_redemption_listed on points_redemption (tenant_id, village, state, id);
create index points_redemption_of_household on points_redemption (tenant_id, household_id, id);
