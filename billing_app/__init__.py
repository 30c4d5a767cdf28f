"""Payments: recharge, deduct, and what became of them."""
