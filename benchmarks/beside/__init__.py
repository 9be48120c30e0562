"""Ours and what a user would pick instead, side by side on the same files and questions in one run (`make bench`).

Each system has two processes of its own: one that makes the files searchable and ends, and one that opens what the first
left and is asked. The peers' run in an environment of their own (`.venv-peers`, from requirements.txt in this folder), ours in the
product's. What they find and say comes back as JSON and is judged here, all by the same rules (`report_qa.evaluation`).

    sets       which files and questions                 process    what runs inside a system's own process
    systems/   one system a file                         running    starts these processes, watches their memory
    judging    figures from what a system found          results    the file that a run fills, part by part
    page       docs/benchmarks.md from the results       bars       its plots
    behind     where ours is behind, and why
"""
