module sportello/helpdesk/registry/generate

go 1.26
