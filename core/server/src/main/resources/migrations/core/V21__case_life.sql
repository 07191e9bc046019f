-- From where a case comes (受理渠道). Only a resident's report has a reporter; who told of it by telephone is written down as said.
alter table case_record add column source text not null default 'RESIDENT'
    check (source in ('RESIDENT', 'PATROL', 'TELEPHONE', 'SENSOR', 'PARTNER'));
alter table case_record alter column reporter_id drop not null;
alter table case_record alter column reporter_subject drop not null;
alter table case_record alter column reporter_name drop not null;
alter table case_record alter column reporter_household_id drop not null;
alter table case_record alter column reporter_division_code drop not null;
alter table case_record add constraint case_reporter_whole check (
    num_nulls(reporter_id, reporter_subject, reporter_name, reporter_household_id, reporter_division_code) in (0, 5)
    and (source <> 'RESIDENT' or reporter_id is not null));
alter table case_record add column caller_name text;
alter table case_record add column caller_telephone bytea;
alter table case_record add column caller_telephone_digest bytea;

-- Where it stands: also before it is opened (核实立案), and the other ways in which it may end.
alter table case_record drop constraint case_record_state_check;
alter table case_record add constraint case_record_state_check check (state in (
    'AWAITING_VERIFICATION', 'AWAITING_DISPATCH', 'DISPATCHED', 'HANDLED', 'CLOSED', 'REFUSED', 'REFERRED', 'WITHDRAWN'));
alter table case_record add column closing_words text;
alter table case_record add column referred_to text;

-- Who has it (承办人): a grid worker, the cadres of its village, or a unit. Null beside a subject is a grid worker.
alter table case_record add column assignee_kind text check (assignee_kind in ('GRID_WORKER', 'VILLAGE', 'UNIT'));
alter table case_record add column assignee_unit_id uuid;
alter table case_record add column passed_on_by text;
alter table case_record add column handled_by text;

-- 催办.
alter table case_record add column urged int not null default 0;
alter table case_record add column reporter_urged_on date;
