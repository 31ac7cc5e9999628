"""The use cases: one verb a module, one public function each. They know ports, never adapters."""
