"""Tests: one folder per wing and room, beside conformance, e2e and resilience."""
