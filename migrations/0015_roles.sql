-- Roles by the names of the access matrix; what this version does not know gave nothing and gives the least.
UPDATE business_unit_roles SET role = CASE role
  WHEN 'account_lead' THEN 'approver'
  WHEN 'owner' THEN 'approver'
  WHEN 'account_manager' THEN 'consultant'
  ELSE role END;
UPDATE business_unit_roles SET role = 'viewer' WHERE role NOT IN ('viewer', 'consultant', 'approver', 'admin', 'ops');
