"""Planted faults: services that are wrong in one respect, whose own tests must notice, and attacks on their isolation.

That the tests of a rendered project pass means something only if they fail when the service is wrong.
"""
