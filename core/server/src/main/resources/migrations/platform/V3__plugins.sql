-- Which events a release is to be told of, as [{"name": …, "type": …}]: a replica on which it does not run still writes the deliveries.
-- Null: recorded before this was asked; filled by the next replica that runs it.
alter table plugin_release add column handlers jsonb;
