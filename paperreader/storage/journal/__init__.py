"""The durable TinyDB storage: a snapshot, an append-only journal, and their files."""
