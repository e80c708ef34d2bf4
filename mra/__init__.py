"""MRA: the platform of the Mobility Resilience Alliance (モビリティ・レジリエンス・アライアンス)."""
