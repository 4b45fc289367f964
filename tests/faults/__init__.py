"""Layer 3, adversarial: plant faults in rendered services, whose own tests must notice; attack the isolation of those.

The first two layers show that good projects are green. This one shows that the green means something.
"""
