"""The receiving server: takes records, checks them again, keeps them and vouches for them."""

from center.service import init, list_accounts, make_code, revoke, serve

__all__ = ["init", "list_accounts", "make_code", "revoke", "serve"]
