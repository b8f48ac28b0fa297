-- Staff who may steer runs of every Business Unit: `admin`; empty for everybody else.
ALTER TABLE staff_users ADD COLUMN agency_role TEXT;
