package classify

import "strings"

// stopWords are folded words that tell nothing of what a question is about,
// among them what remains of an article before an apostrophe.
var stopWords = func() map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(`
	il lo la i gli le un uno una l d c s m t v n un
	di a da in con su per tra fra e ed o od ad
	del dello della dei degli delle dell al allo alla ai agli alle all
	dal dallo dalla dai dagli dalle dall nel nello nella nei negli nelle nell
	sul sullo sulla sui sugli sulle sull col coi coll
	che chi cui non ne si ci vi mi ti se ma anche ancora pure oppure ovvero nonche inoltre
	quale quali quanto quanta quanti quante come dove quando perche poiche affinche mentre
	questo questa questi queste quest quello quella quelli quelle quell quel quei quegli
	suo sua suoi sue loro nostro nostra nostri nostre vostro vostra vostri vostre mio mia miei mie tuo tua
	io tu lui lei noi voi essi esse egli
	sono sei siamo siete e era erano essere stato stata stati state sia siano sara saranno sarebbe fosse essendo
	ho hai ha abbiamo avete hanno avere aveva avevano abbia abbiano avrebbe avremmo avendo
	puo possono possiamo potete poter potere potrebbe potremmo
	deve devono dobbiamo dovete dovere dovrebbe dovremmo
	fare fatto fa fanno faccio facciamo
	piu meno molto poco tutto tutta tutti tutte ogni alcuni alcune altro altra altri altre stesso stessa
	gia poi ora cosi solo soltanto proprio quindi pertanto dunque cioe comunque invece circa
	sotto sopra dopo prima durante entro oltre presso verso senza fino
	buongiorno buonasera salve gentile gentili gentilissimi spett spettle egr egregi egregio
	cordiali cordialmente distinti saluti saluto grazie ringrazio ringraziamo ringraziando
	vs ns cs sig sigg dott dottssa ing arch geom`) {
		m[word] = true
	}
	return m
}()
