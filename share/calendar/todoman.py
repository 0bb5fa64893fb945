# todoman: ~/.config/todoman/config.py. Replace /home/ana/acme/calendar/ana by
# your own. "todo done 1" is crm-act done; the next crm command knows of it.

path = "/home/ana/acme/calendar/ana/tasks"
date_format = "%Y-%m-%d"
time_format = "%H:%M"
default_list = "tasks"
