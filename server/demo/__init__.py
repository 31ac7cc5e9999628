"""The demo: the main job on a mock cloud, step by step, each step checked."""
