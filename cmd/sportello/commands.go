package main

// commands lists what the program can do, in the order of the help.
func commands() []command {
	return []command{
		{"serve", "", "legge la posta, mostra lo sportello, spedisce le risposte", serve},
		{"demo", "[-addr HOST:PORTA] [-data CARTELLA] [-at ORA]", "mostra tutto con dati inventati, senza configurazione", runDemo},
		{"check", "", "prova configurazione, archivio e caselle di posta", check},
		{"user", "add|list|password|disable [EMAIL]", "gestisce le persone che usano lo sportello", user},
		{"parse", "[-json] FILE…|-, oppure -batch", "mostra come viene letto un messaggio", parse},
		{"classify", "[-json] FILE…|-, oppure -batch", "mostra misura, temi ed ente che verrebbero proposti", classifyFiles},
		{"export", "tickets|messages [-format jsonl|csv]", "scrive quesiti o messaggi, uno per riga", export},
		{"import", importNames() + " FILE [-dry-run]", "porta dentro elenchi pubblicati, riga per riga", importCommand},
		{"backup", "FILE", "copia l'intero archivio mentre il programma lavora", backup},
		{"restore", "FILE", "rimette una copia al posto dell'archivio", restore},
		{"verify", "[-offline]", "controlla che nulla manchi e nulla sia stato alterato", verify},
		{"reprocess", "[-since DATA|-parked|-answers]", "rilegge i messaggi conservati col lettore di oggi", reprocess},
		{"fill", "-tickets N -seed S [-months M]", "riempie un archivio di quesiti inventati, per le prove", fill},
		{"version", "", "dice quale versione è questa", version},
	}
}
