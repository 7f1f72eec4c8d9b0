"""The rules. Standard library only: no clock, no dice, no I/O; tablet and server run the same functions.

`decide.decide(command, facts)` is the one door. A command (`commands`) asks, facts (`facts`) are everything a rule may
know, the answer is a `Decision` with events (`events`) and findings (`rejections`). Subjects: `pricing`, `eligibility`,
`approvals`, `stock`, `lifecycle`, `order`, `commission`; words they share: `catalog`, `parties`, `money`, `ids`.
"""
