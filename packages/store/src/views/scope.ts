import { accountOn, NOW, projectOn, targetOn, type ViewDefinition } from "./fragments.ts";

/** Before any night. */
const FIRST = "'0001-01-01'";

/** Names that began on a night, each with the one before. */
const RENAMED = `SELECT named.from_date AS data_date, ${targetOn("named.from_date")}, 'renamed' AS change,
        'project_renamed' AS reason, COALESCE(former.project_name, t.project_name) AS old_value,
        named.project_name AS new_value, NULL AS detail, named.run_id
      FROM name_period named JOIN target t ON t.id = named.target_id
      LEFT JOIN name_period former ON former.target_id = named.target_id AND former.to_date = named.from_date
      WHERE COALESCE(former.project_name, t.project_name) <> named.project_name`;

const ACCOUNT_RENAMED = `SELECT called.from_date AS data_date, NULL AS target_id, called.name AS account, NULL AS region,
        NULL AS project_id, NULL AS project_name, NULL AS enterprise_project_id, 'account_renamed' AS change,
        'same_domain' AS reason, COALESCE(former.name, called.account) AS old_value, called.name AS new_value, NULL AS detail,
        called.run_id
      FROM account_period called LEFT JOIN account_period former ON former.account = called.account AND former.to_date = called.from_date
      WHERE called.from_date > ${FIRST} AND COALESCE(former.name, called.account) <> called.name`;

/** A move between units: by a new name, or by the configuration. */
const UNIT_MOVED = `SELECT u.from_date AS data_date, ${targetOn("u.from_date")}, 'unit_moved' AS change,
        CASE WHEN EXISTS (SELECT 1 FROM name_period n WHERE n.target_id = u.target_id AND n.from_date = u.from_date)
          THEN 'project_renamed' ELSE 'configured' END AS reason,
        former.unit AS old_value, u.unit AS new_value, NULL AS detail, u.run_id
      FROM unit_period u JOIN target t ON t.id = u.target_id
      JOIN unit_period former ON former.target_id = u.target_id AND former.to_date = u.from_date
      WHERE COALESCE(former.unit, '') <> COALESCE(u.unit, '')`;

/** What discovery saw, and how that changed; what projects and accounts are called, and who answers for them. */
export const SCOPE_VIEWS: readonly ViewDefinition[] = [
  [
    "inventory_latest",
    `SELECT ${accountOn("i.account", NOW)} AS account, i.region, i.project_id,
        CASE WHEN i.state = 'expected' AND t.id IS NOT NULL THEN ${projectOn(NOW)} ELSE i.project_name END
          AS project_name,
        i.enterprise_project_id, i.state, i.since, i.detail
      FROM inventory i LEFT JOIN target t ON t.account = i.account AND t.region = i.region
        AND t.project_id = i.project_id AND t.enterprise_project_id = i.enterprise_project_id`,
  ],
  [
    "scope_change_daily",
    `SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id, change, reason,
        old_value, new_value, detail, run_id
      FROM (
      SELECT c.data_date, t.id AS target_id, ${accountOn("c.account", "c.data_date")} AS account, c.region,
        c.project_id, c.project_name, c.enterprise_project_id, c.change, c.reason, NULL AS old_value,
        NULL AS new_value, c.detail, c.run_id
      FROM scope_change c LEFT JOIN target t ON t.account = c.account AND t.region = c.region
        AND t.project_id = c.project_id AND t.enterprise_project_id = c.enterprise_project_id
      UNION ALL
      ${RENAMED}
      UNION ALL
      ${ACCOUNT_RENAMED}
      UNION ALL
      ${UNIT_MOVED}
      ) AS changes`,
  ],
  [
    "target_label",
    `SELECT target_id, from_date, to_date, alias, owner_name, owner_address, run_id
      FROM label_period
      WHERE alias IS NOT NULL OR owner_name IS NOT NULL OR owner_address IS NOT NULL`,
  ],
];
