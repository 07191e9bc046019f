-- What somebody has to do, by when it is over: a grid worker, and a unit. Without a clock that runs, by the report.
create index case_assignee_due on case_record (tenant_id, assignee_subject, due_at, id) where assignee_subject is not null;
create index case_unit_due on case_record (tenant_id, assignee_unit_id, due_at, id) where assignee_unit_id is not null;
-- What was reported in a time.
create index case_reported on case_record (tenant_id, reported_at, id);
