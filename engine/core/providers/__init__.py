"""Provider schemas as the engine reads them, and the check of a configuration against one."""
