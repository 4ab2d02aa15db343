"""What knows machines and not complaints: settings, keys, connections, and the servers `desk up` runs itself."""
