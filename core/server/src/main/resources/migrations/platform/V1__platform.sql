-- What is no county's: a short, closed list. Its role is lianhu_platform; no county's operation ever takes it.

create table tenant (
    code text collate "C" primary key check (code ~ '^[1-9][0-9]{5}$'),
    state text not null check (state in ('PROVISIONING', 'ACTIVE', 'SUSPENDED', 'CLOSING', 'GONE')),
    manifest jsonb not null,
    digest text not null,
    suspended_reason text,
    created_at timestamptz not null default now(),
    activated_at timestamptz,
    changed_at timestamptz not null default now()
);

create table operator (
    subject text primary key,
    granted_by text not null,
    granted_at timestamptz not null default now()
);

create table plugin_release (
    plugin text not null check (plugin ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'),
    version text not null,
    sha256 text not null,
    jar bytea not null,
    installed_by text not null,
    installed_at timestamptz not null default now(),
    primary key (plugin, version)
);

-- The release that every replica runs.
create table plugin_current (
    plugin text primary key,
    version text not null,
    changed_at timestamptz not null default now(),
    foreign key (plugin, version) references plugin_release
);
