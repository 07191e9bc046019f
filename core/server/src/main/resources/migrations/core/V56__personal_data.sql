-- A copy of what is held on a person (个人信息查阅复制) is an archive.
alter table transfer_file drop constraint transfer_file_format_check;
alter table transfer_file add constraint transfer_file_format_check check (format in ('XLSX', 'CSV', 'ZIP'));

-- By which a person's rows are found.
create index case_caller on case_record (tenant_id, caller_telephone_digest) where caller_telephone_digest is not null;
create index photo_uploader on photo (tenant_id, uploaded_by, id);
create index resident_merged on resident (tenant_id, merged_into_id) where merged_into_id is not null;
create index resident_acted_by on resident (tenant_id, acted_by) where acted_by is not null;
