"""在谈项目: leads in talks, as the leaders count them."""
