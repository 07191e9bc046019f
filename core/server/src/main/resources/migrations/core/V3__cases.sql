-- What a case's reporter lists is asked for by the person, not by the resident's record.
create index case_reporter_subject on case_record (tenant_id, reporter_subject, id);
drop index case_reporter;

-- A photo belongs to the step that brought it: a case that is handled again shows its photos in the order of the steps.
-- Null for photos of before, which come first within their stage.
alter table photo add column step_id uuid;
alter table photo add foreign key (tenant_id, step_id) references case_step;

-- What was done stays said: the host lets nobody change or remove a row of such a table.
comment on table case_step is 'append-only';
