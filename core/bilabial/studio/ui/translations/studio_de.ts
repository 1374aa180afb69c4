<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>All keys</source>
        <translation>Alle Tasten</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open a take or sound…</source>
        <translation>Take oder Ton öffnen…</translation>
    </message>
    <message>
        <source>Try the demo line</source>
        <translation>Die Beispielzeile ausprobieren</translation>
    </message>
    <message>
        <source>Look through the folder again</source>
        <translation>Ordner noch einmal durchsehen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>All actions…</source>
        <translation>Alle Befehle…</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>&amp;Abspielen</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Abspielen oder anhalten</translation>
    </message>
    <message>
        <source>Loop what is chosen</source>
        <translation>Auswahl wiederholen</translation>
    </message>
    <message>
        <source>Play the chosen phones</source>
        <translation>Gewählte Laute abspielen</translation>
    </message>
    <message>
        <source>A frame back</source>
        <translation>Ein Bild zurück</translation>
    </message>
    <message>
        <source>A frame on</source>
        <translation>Ein Bild weiter</translation>
    </message>
    <message>
        <source>To the start</source>
        <translation>Zum Anfang</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>Zum Ende</translation>
    </message>
    <message>
        <source>Speed {0:g}</source>
        <translation>Tempo {0:g}</translation>
    </message>
    <message>
        <source>Ph&amp;ones</source>
        <translation>&amp;Laute</translation>
    </message>
    <message>
        <source>Split at the cursor</source>
        <translation>Am Cursor teilen</translation>
    </message>
    <message>
        <source>Join the chosen</source>
        <translation>Gewählte verbinden</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Insert at the cursor…</source>
        <translation>Am Cursor einfügen…</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>&amp;Keys</translation>
    </message>
    <message>
        <source>Tangents: {0}</source>
        <translation>Tangenten: {0}</translation>
    </message>
    <message>
        <source>Larger by a tenth</source>
        <translation>Ein Zehntel größer</translation>
    </message>
    <message>
        <source>Smaller by a tenth</source>
        <translation>Ein Zehntel kleiner</translation>
    </message>
    <message>
        <source>Delete the chosen</source>
        <translation>Gewähltes löschen</translation>
    </message>
    <message>
        <source>&amp;Line</source>
        <translation>&amp;Zeile</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Generate all lines without a take</source>
        <translation>Alle Zeilen ohne Take erzeugen</translation>
    </message>
    <message>
        <source>Contact sheet of closures</source>
        <translation>Bilderbogen der Lippenschlüsse</translation>
    </message>
    <message>
        <source>Check all lines</source>
        <translation>Alle Zeilen prüfen</translation>
    </message>
    <message>
        <source>Next line</source>
        <translation>Nächste Zeile</translation>
    </message>
    <message>
        <source>Line before</source>
        <translation>Vorige Zeile</translation>
    </message>
    <message>
        <source>Next finding</source>
        <translation>Nächster Befund</translation>
    </message>
    <message>
        <source>Finding before</source>
        <translation>Voriger Befund</translation>
    </message>
    <message>
        <source>Mark as {0}</source>
        <translation>Als „{0}“ markieren</translation>
    </message>
    <message>
        <source>Note at the cursor</source>
        <translation>Notiz am Cursor</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Show the whole line</source>
        <translation>Ganze Zeile zeigen</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom to the chosen</source>
        <translation>Auf die Auswahl vergrößern</translation>
    </message>
    <message>
        <source>Spectrogram</source>
        <translation>Spektrogramm</translation>
    </message>
    <message>
        <source>Tall lanes</source>
        <translation>Hohe Spuren</translation>
    </message>
    <message>
        <source>Lanes that rest</source>
        <translation>Ruhende Spuren</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Undo: {0}</source>
        <translation>Rückgängig: {0}</translation>
    </message>
    <message>
        <source>Redo: {0}</source>
        <translation>Wiederholen: {0}</translation>
    </message>
</context>
<context>
    <name>ComparePanel</name>
    <message>
        <source>Nothing is compared.</source>
        <translation>Es wird nichts verglichen.</translation>
    </message>
    <message>
        <source>Another take…</source>
        <translation>Anderer Take…</translation>
    </message>
    <message>
        <source>As it was saved</source>
        <translation>Wie gespeichert</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Where the takes differ</source>
        <translation>Wo sich die Takes unterscheiden</translation>
    </message>
    <message>
        <source>Blind test</source>
        <translation>Blindtest</translation>
    </message>
    <message>
        <source>A is better</source>
        <translation>A ist besser</translation>
    </message>
    <message>
        <source>B is better</source>
        <translation>B ist besser</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>Gleich</translation>
    </message>
    <message>
        <source>A is on the left, B on the right: which one speaks better?</source>
        <translation>A ist links, B rechts: Wer spricht besser?</translation>
    </message>
    <message>
        <source>Dashed curves and the right head: {0}</source>
        <translation>Gestrichelte Kurven und der rechte Kopf: {0}</translation>
    </message>
    <message>
        <source>{0}: {1:.3f} apart on average, {2:.2f} at {3:.2f} s</source>
        <translation>{0}: im Mittel {1:.3f} auseinander, {2:.2f} bei {3:.2f} s</translation>
    </message>
    <message>
        <source>Another take</source>
        <translation>Anderer Take</translation>
    </message>
    <message>
        <source>Takes (*.json)</source>
        <translation>Takes (*.json)</translation>
    </message>
    <message>
        <source>as it was saved</source>
        <translation>wie gespeichert</translation>
    </message>
    <message>
        <source>{0} was preferred.</source>
        <translation>{0} wurde bevorzugt.</translation>
    </message>
    <message>
        <source>Both are the same to you.</source>
        <translation>Beide sind für Sie gleich.</translation>
    </message>
    <message>
        <source>The votes are in {0}.</source>
        <translation>Die Stimmen stehen in {0}.</translation>
    </message>
</context>
<context>
    <name>CurvesView</name>
    <message>
        <source>Curves and their keys</source>
        <translation>Kurven und ihre Keys</translation>
    </message>
    <message>
        <source>No take yet: press Generate</source>
        <translation>Noch kein Take: „Erzeugen“ drücken</translation>
    </message>
    <message>
        <source>No line is open</source>
        <translation>Keine Zeile ist offen</translation>
    </message>
</context>
<context>
    <name>Deeds</name>
    <message>
        <source>A folder of recordings and takes</source>
        <translation>Ein Ordner mit Aufnahmen und Takes</translation>
    </message>
    <message>
        <source>A take or a sound</source>
        <translation>Ein Take oder ein Ton</translation>
    </message>
    <message>
        <source>The demo line did not come with this installation: open a folder.</source>
        <translation>Die Beispielzeile fehlt in dieser Installation: einen Ordner öffnen.</translation>
    </message>
    <message>
        <source>No take is open.</source>
        <translation>Kein Take ist offen.</translation>
    </message>
    <message>
        <source>Drawing the mouths</source>
        <translation>Münder zeichnen</translation>
    </message>
    <message>
        <source>No finding further on.</source>
        <translation>Kein weiterer Befund.</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Rig</source>
        <translation>Rig</translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation>Bilder pro Sekunde</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Filming</source>
        <translation>Filmen</translation>
    </message>
    <message>
        <source>{0} is written.</source>
        <translation>{0} ist geschrieben.</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>Exportieren</translation>
    </message>
</context>
<context>
    <name>FindingsPanel</name>
    <message>
        <source>Findings, worst first</source>
        <translation>Befunde, schlimmste zuerst</translation>
    </message>
    <message>
        <source>Listening…</source>
        <translation>Hört zu…</translation>
    </message>
    <message>
        <source>No take is open.</source>
        <translation>Kein Take ist offen.</translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation>nichts gefunden</translation>
    </message>
    <message>
        <source>{0} findings</source>
        <translation>{0} Befunde</translation>
    </message>
</context>
<context>
    <name>HeadMouse</name>
    <message>
        <source>The head that speaks the line</source>
        <translation>Der Kopf, der die Zeile spricht</translation>
    </message>
</context>
<context>
    <name>HeadPane</name>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Mouth</source>
        <translation>Mund</translation>
    </message>
    <message>
        <source>Portrait</source>
        <translation>Porträt</translation>
    </message>
    <message>
        <source>Wire</source>
        <translation>Gitter</translation>
    </message>
    <message>
        <source>Head…</source>
        <translation>Kopf…</translation>
    </message>
    <message>
        <source>A head of your own (glTF with morph targets)</source>
        <translation>Ein eigener Kopf (glTF mit Morph-Targets)</translation>
    </message>
    <message>
        <source>Demo head</source>
        <translation>Beispielkopf</translation>
    </message>
    <message>
        <source>A head with morph targets</source>
        <translation>Ein Kopf mit Morph-Targets</translation>
    </message>
    <message>
        <source>glTF (*.glb *.gltf)</source>
        <translation>glTF (*.glb *.gltf)</translation>
    </message>
</context>
<context>
    <name>LexiconPanel</name>
    <message>
        <source>Words and their phones</source>
        <translation>Wörter und ihre Laute</translation>
    </message>
    <message>
        <source>Word</source>
        <translation>Wort</translation>
    </message>
    <message>
        <source>Phones</source>
        <translation>Laute</translation>
    </message>
    <message>
        <source>Its phones</source>
        <translation>Seine Laute</translation>
    </message>
    <message>
        <source>K W OW1 DH or /kwoʊð/; more with commas</source>
        <translation>K W OW1 DH oder /kwoʊð/; mehrere mit Kommas</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Guessed from its letters: correct the phones and keep them</source>
        <translation>Aus den Buchstaben geraten: Laute berichtigen und behalten</translation>
    </message>
    <message>
        <source>Red words are guessed from their letters: say how they sound, and keep it.</source>
        <translation>Rote Wörter sind aus ihren Buchstaben geraten: Sagen Sie, wie sie klingen, und behalten Sie es.</translation>
    </message>
    <message>
        <source>Every word of this line is known.</source>
        <translation>Jedes Wort dieser Zeile ist bekannt.</translation>
    </message>
    <message>
        <source>{0} is kept: realign the lines that hold it.</source>
        <translation>{0} ist behalten: Zeilen mit diesem Wort neu ausrichten.</translation>
    </message>
</context>
<context>
    <name>LineModel</name>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Worst finding</source>
        <translation>Schlimmster Befund</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>no take yet</source>
        <translation>noch kein Take</translation>
    </message>
</context>
<context>
    <name>LinePanel</name>
    <message>
        <source>Search names, findings, notes, words</source>
        <translation>Namen, Befunde, Notizen, Wörter suchen</translation>
    </message>
    <message>
        <source>Search lines</source>
        <translation>Zeilen suchen</translation>
    </message>
    <message>
        <source>Which lines</source>
        <translation>Welche Zeilen</translation>
    </message>
    <message>
        <source>All lines</source>
        <translation>Alle Zeilen</translation>
    </message>
    <message>
        <source>Below 90</source>
        <translation>Unter 90</translation>
    </message>
    <message>
        <source>Lines, worst first</source>
        <translation>Zeilen, schlimmste zuerst</translation>
    </message>
    <message>
        <source>1 line</source>
        <translation>1 Zeile</translation>
    </message>
    <message>
        <source>{0} lines</source>
        <translation>{0} Zeilen</translation>
    </message>
    <message>
        <source>{0} of {1} lines</source>
        <translation>{0} von {1} Zeilen</translation>
    </message>
    <message>
        <source>{0} fixed or approved</source>
        <translation>{0} behoben oder abgenommen</translation>
    </message>
</context>
<context>
    <name>LivePanel</name>
    <message>
        <source>Start the microphone</source>
        <translation>Mikrofon einschalten</translation>
    </message>
    <message>
        <source>Speak, and the head follows 0.12 s behind. Nothing is recorded.</source>
        <translation>Sprechen Sie, und der Kopf folgt nach 0,12 s. Nichts wird aufgenommen.</translation>
    </message>
    <message>
        <source>Stop the microphone</source>
        <translation>Mikrofon ausschalten</translation>
    </message>
</context>
<context>
    <name>NotesPanel</name>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>A click goes there; a double click or F2 edits moment and words</source>
        <translation>Ein Klick springt hin; Doppelklick oder F2 ändert Zeitpunkt und Worte</translation>
    </message>
    <message>
        <source>A note at the cursor, then Return</source>
        <translation>Eine Notiz am Cursor, dann Eingabetaste</translation>
    </message>
    <message>
        <source>New note</source>
        <translation>Neue Notiz</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Move here</source>
        <translation>Hierher</translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Jaw and lips</source>
        <translation>Kiefer und Lippen</translation>
    </message>
    <message>
        <source>jaw</source>
        <translation>Kiefer</translation>
    </message>
    <message>
        <source>lips</source>
        <translation>Lippen</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>All actions</source>
        <translation>Alle Befehle</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
        <source>Search actions</source>
        <translation>Befehle suchen</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Befehle</translation>
    </message>
</context>
<context>
    <name>Panes</name>
    <message>
        <source>Lines</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>Lexicon</source>
        <translation>Lexikon</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
</context>
<context>
    <name>PhoneStrip</name>
    <message>
        <source>Phones</source>
        <translation>Laute</translation>
    </message>
    <message>
        <source>Phones of the line</source>
        <translation>Laute der Zeile</translation>
    </message>
    <message>
        <source>Left and right choose a phone, Return renames it, S splits, J joins, Delete removes it.</source>
        <translation>Links und rechts wählen einen Laut, die Eingabetaste benennt ihn um, S teilt, J verbindet, Entf entfernt ihn.</translation>
    </message>
    <message>
        <source>Name of the phone</source>
        <translation>Name des Lautes</translation>
    </message>
</context>
<context>
    <name>PortraitPane</name>
    <message>
        <source>Choose a picture…</source>
        <translation>Bild wählen…</translation>
    </message>
    <message>
        <source>Save a film…</source>
        <translation>Film speichern…</translation>
    </message>
    <message>
        <source>A face seen from in front. The film says in its metadata that its picture is synthetic.</source>
        <translation>Ein Gesicht von vorn. Der Film sagt in seinen Metadaten, dass sein Bild künstlich ist.</translation>
    </message>
    <message>
        <source>A picture of one face</source>
        <translation>Ein Bild eines Gesichts</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>There is no line open: choose one on the left.</source>
        <translation>Keine Zeile ist offen: links eine wählen.</translation>
    </message>
    <message>
        <source>A film</source>
        <translation>Ein Film</translation>
    </message>
    <message>
        <source>Films</source>
        <translation>Filme</translation>
    </message>
</context>
<context>
    <name>Ruler</name>
    <message>
        <source>Seconds</source>
        <translation>Sekunden</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>, {0} of them changed on both sides</source>
        <translation>, {0} davon auf beiden Seiten geändert</translation>
    </message>
    <message>
        <source>1 take was made.</source>
        <translation>1 Take wurde erzeugt.</translation>
    </message>
    <message>
        <source>: it hears {0}</source>
        <translation>: es hört {0}</translation>
    </message>
    <message>
        <source>: it is silent there</source>
        <translation>: dort ist es still</translation>
    </message>
    <message>
        <source>; {0} edited stretches were kept</source>
        <translation>; {0} bearbeitete Stellen blieben</translation>
    </message>
    <message>
        <source>Add a key</source>
        <translation>Key hinzufügen</translation>
    </message>
    <message>
        <source>Audio2Face (.json)</source>
        <translation>Audio2Face (.json)</translation>
    </message>
    <message>
        <source>Change tangents</source>
        <translation>Tangenten ändern</translation>
    </message>
    <message>
        <source>Change the style</source>
        <translation>Stil ändern</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Controls, 100 rows a second (.csv)</source>
        <translation>Regler, 100 Zeilen pro Sekunde (.csv)</translation>
    </message>
    <message>
        <source>Correct the words</source>
        <translation>Wörter berichtigen</translation>
    </message>
    <message>
        <source>Delete keys</source>
        <translation>Keys löschen</translation>
    </message>
    <message>
        <source>Delete phones</source>
        <translation>Laute löschen</translation>
    </message>
    <message>
        <source>Done again: {0}</source>
        <translation>Wiederholt: {0}</translation>
    </message>
    <message>
        <source>Edits that were not saved were found and put back; undo them to drop them.</source>
        <translation>Nicht gespeicherte Änderungen wurden gefunden und zurückgeholt; rückgängig machen verwirft sie.</translation>
    </message>
    <message>
        <source>Film of the head (.mp4)</source>
        <translation>Film des Kopfes (.mp4)</translation>
    </message>
    <message>
        <source>Finding the words</source>
        <translation>Wörter suchen</translation>
    </message>
    <message>
        <source>Generating</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Generating {0}</source>
        <translation>{0} erzeugen</translation>
    </message>
    <message>
        <source>Insert a phone</source>
        <translation>Laut einfügen</translation>
    </message>
    <message>
        <source>Join phones</source>
        <translation>Laute verbinden</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>Zuhören</translation>
    </message>
    <message>
        <source>Live Link Face (.csv)</source>
        <translation>Live Link Face (.csv)</translation>
    </message>
    <message>
        <source>Looking for the face in {0}</source>
        <translation>Gesicht suchen in {0}</translation>
    </message>
    <message>
        <source>Looking through {0}</source>
        <translation>{0} durchsehen</translation>
    </message>
    <message>
        <source>Moho switch (.dat)</source>
        <translation>Moho-Schalter (.dat)</translation>
    </message>
    <message>
        <source>Move a border</source>
        <translation>Grenze verschieben</translation>
    </message>
    <message>
        <source>Move keys</source>
        <translation>Keys verschieben</translation>
    </message>
    <message>
        <source>OpenGL refuses the head ({0}), so it is drawn in software, more slowly.</source>
        <translation>OpenGL verweigert den Kopf ({0}), also wird er in Software gezeichnet, langsamer.</translation>
    </message>
    <message>
        <source>Painting {0}</source>
        <translation>{0} malen</translation>
    </message>
    <message>
        <source>Papagayo (.pgo)</source>
        <translation>Papagayo (.pgo)</translation>
    </message>
    <message>
        <source>Phone labels (.lab)</source>
        <translation>Lautmarken (.lab)</translation>
    </message>
    <message>
        <source>Praat TextGrid (.TextGrid)</source>
        <translation>Praat-TextGrid (.TextGrid)</translation>
    </message>
    <message>
        <source>PyAV is not installed, so there is no film: run `pip install av`</source>
        <translation>PyAV ist nicht installiert, also gibt es keinen Film: `pip install av` ausführen</translation>
    </message>
    <message>
        <source>Reading the lines</source>
        <translation>Zeilen lesen</translation>
    </message>
    <message>
        <source>Reading the sound</source>
        <translation>Ton lesen</translation>
    </message>
    <message>
        <source>Reading {0}</source>
        <translation>{0} lesen</translation>
    </message>
    <message>
        <source>Rename a phone</source>
        <translation>Laut umbenennen</translation>
    </message>
    <message>
        <source>Rhubarb cues (.tsv)</source>
        <translation>Rhubarb-Marken (.tsv)</translation>
    </message>
    <message>
        <source>Scale keys</source>
        <translation>Keys skalieren</translation>
    </message>
    <message>
        <source>Split a phone</source>
        <translation>Laut teilen</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>The line was edited while its words were looked for: correct them again.</source>
        <translation>Die Zeile wurde bearbeitet, während ihre Wörter gesucht wurden: noch einmal berichtigen.</translation>
    </message>
    <message>
        <source>The sound {0} is not at hand: put it beside the take.</source>
        <translation>Der Ton {0} ist nicht zur Hand: neben den Take legen.</translation>
    </message>
    <message>
        <source>Thin keys</source>
        <translation>Keys ausdünnen</translation>
    </message>
    <message>
        <source>This machine has no OpenGL, so the head is drawn in software, more slowly.</source>
        <translation>Diese Maschine hat kein OpenGL, also wird der Kopf in Software gezeichnet, langsamer.</translation>
    </message>
    <message>
        <source>USD (.usda)</source>
        <translation>USD (.usda)</translation>
    </message>
    <message>
        <source>Undone: {0}</source>
        <translation>Rückgängig: {0}</translation>
    </message>
    <message>
        <source>VRM animation (.vrma)</source>
        <translation>VRM-Animation (.vrma)</translation>
    </message>
    <message>
        <source>a blind test needs two different takes: choose another one</source>
        <translation>ein Blindtest braucht zwei verschiedene Takes: einen anderen wählen</translation>
    </message>
    <message>
        <source>a contact</source>
        <translation>eine Berührung</translation>
    </message>
    <message>
        <source>a part of the path {0} is a file, not a folder: check the name</source>
        <translation>ein Teil des Pfades {0} ist eine Datei, kein Ordner: den Namen prüfen</translation>
    </message>
    <message>
        <source>a rule keeps it exact: {0}</source>
        <translation>eine Regel hält ihn genau: {0}</translation>
    </message>
    <message>
        <source>access to {0} is refused: change its permissions or name another place</source>
        <translation>der Zugriff auf {0} ist verweigert: Rechte ändern oder einen anderen Ort nennen</translation>
    </message>
    <message>
        <source>after {0} at {1:.2f} s</source>
        <translation>nach {0} bei {1:.2f} s</translation>
    </message>
    <message>
        <source>another line was opened</source>
        <translation>eine andere Zeile wurde geöffnet</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>abgenommen</translation>
    </message>
    <message>
        <source>before {0} at {1:.2f} s</source>
        <translation>vor {0} bei {1:.2f} s</translation>
    </message>
    <message>
        <source>closure</source>
        <translation>Lippenschluss</translation>
    </message>
    <message>
        <source>confidence {0:.0%}</source>
        <translation>Sicherheit {0:.0%}</translation>
    </message>
    <message>
        <source>constant</source>
        <translation>konstant</translation>
    </message>
    <message>
        <source>contact</source>
        <translation>Berührung</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>drawing</source>
        <translation>zeichnet</translation>
    </message>
    <message>
        <source>fixed</source>
        <translation>behoben</translation>
    </message>
    <message>
        <source>flat</source>
        <translation>flach</translation>
    </message>
    <message>
        <source>flicker</source>
        <translation>Flackern</translation>
    </message>
    <message>
        <source>from a person</source>
        <translation>von einem Menschen</translation>
    </message>
    <message>
        <source>glTF (.glb)</source>
        <translation>glTF (.glb)</translation>
    </message>
    <message>
        <source>in {0} at {1:.2f} s</source>
        <translation>in {0} bei {1:.2f} s</translation>
    </message>
    <message>
        <source>keys</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>lips come forward early and stay late</source>
        <translation>die Lippen kommen früh nach vorn und bleiben lange</translation>
    </message>
    <message>
        <source>lips shut for the whole phone, a film frame at least</source>
        <translation>die Lippen sind den ganzen Laut geschlossen, mindestens ein Filmbild</translation>
    </message>
    <message>
        <source>listening</source>
        <translation>hört zu</translation>
    </message>
    <message>
        <source>lower lip at the upper teeth for the whole phone</source>
        <translation>die Unterlippe ist den ganzen Laut an den oberen Zähnen</translation>
    </message>
    <message>
        <source>mine</source>
        <translation>eigener</translation>
    </message>
    <message>
        <source>mumble</source>
        <translation>nuscheln</translation>
    </message>
    <message>
        <source>network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>neutral</source>
        <translation>neutral</translation>
    </message>
    <message>
        <source>no alphabet knows all of these phones; {0} comes closest but lacks {1!r}: correct it, or name the alphabet</source>
        <translation>kein Alphabet kennt alle diese Laute; {0} kommt am nächsten, ihm fehlt aber {1!r}: berichtigen oder das Alphabet nennen</translation>
    </message>
    <message>
        <source>no sound device can be used ({0}), so lines play silently</source>
        <translation>kein Tongerät ist benutzbar ({0}), also spielen Zeilen stumm</translation>
    </message>
    <message>
        <source>no phone is at {0:.3f} s: put the cursor into the one to split</source>
        <translation>bei {0:.3f} s ist kein Laut: den Cursor in den setzen, der geteilt werden soll</translation>
    </message>
    <message>
        <source>no phone is chosen: click one, or put the cursor into it</source>
        <translation>kein Laut ist gewählt: einen anklicken oder den Cursor hineinsetzen</translation>
    </message>
    <message>
        <source>no words are known: type what is said, and see that the language is right</source>
        <translation>keine Wörter sind bekannt: tippen, was gesagt wird, und auf die richtige Sprache achten</translation>
    </message>
    <message>
        <source>none of these lines has a sound: put the recordings beside the takes</source>
        <translation>keine dieser Zeilen hat einen Ton: die Aufnahmen neben die Takes legen</translation>
    </message>
    <message>
        <source>reading the sound</source>
        <translation>liest den Ton</translation>
    </message>
    <message>
        <source>rest</source>
        <translation>Ruhe</translation>
    </message>
    <message>
        <source>set by hand: it stays when the line is generated again</source>
        <translation>von Hand gesetzt: er bleibt, wenn die Zeile neu erzeugt wird</translation>
    </message>
    <message>
        <source>shout</source>
        <translation>rufen</translation>
    </message>
    <message>
        <source>smooth</source>
        <translation>glatt</translation>
    </message>
    <message>
        <source>solving</source>
        <translation>löst</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>sound and mouth are too little alike to say</source>
        <translation>Ton und Mund sind sich für ein Urteil zu unähnlich</translation>
    </message>
    <message>
        <source>sounddevice is not installed, so lines play silently: install bilabial[studio]</source>
        <translation>sounddevice ist nicht installiert, also spielen Zeilen stumm: bilabial[studio] installieren</translation>
    </message>
    <message>
        <source>speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>stopped: no film was written</source>
        <translation>angehalten: kein Film wurde geschrieben</translation>
    </message>
    <message>
        <source>stopped: there is no sheet</source>
        <translation>angehalten: es gibt keinen Bogen</translation>
    </message>
    <message>
        <source>sync</source>
        <translation>Gleichlauf</translation>
    </message>
    <message>
        <source>teeth together and lips forward, early and late</source>
        <translation>Zähne zusammen und Lippen nach vorn, früh und lange</translation>
    </message>
    <message>
        <source>teeth together: what opens the jaw stays small</source>
        <translation>Zähne zusammen: was den Kiefer öffnet, bleibt klein</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>the corners of the mouth move</source>
        <translation>die Mundwinkel bewegen sich</translation>
    </message>
    <message>
        <source>the disk is full, so {0} was not written: free some space and try again</source>
        <translation>der Datenträger ist voll, {0} wurde nicht geschrieben: Platz schaffen und noch einmal versuchen</translation>
    </message>
    <message>
        <source>the ear&apos;s next guess: {0}</source>
        <translation>was das Ohr sonst vermutet: {0}</translation>
    </message>
    <message>
        <source>the folder was not opened</source>
        <translation>der Ordner wurde nicht geöffnet</translation>
    </message>
    <message>
        <source>the line has no m, b or p, so there is no closure to show</source>
        <translation>die Zeile hat kein m, b oder p, also gibt es keinen Lippenschluss zu zeigen</translation>
    </message>
    <message>
        <source>the lip comes {0:.0%} of the way to the teeth on an f or v (at {1} frames a second)</source>
        <translation>die Lippe kommt {0:.0%} des Weges zu den Zähnen bei einem f oder v (bei {1} Bildern pro Sekunde)</translation>
    </message>
    <message>
        <source>the lips close</source>
        <translation>die Lippen schließen sich</translation>
    </message>
    <message>
        <source>the lips come together but are not pressed ({0:.0%} of a closure)</source>
        <translation>die Lippen berühren sich, sind aber nicht gepresst ({0:.0%} eines Schlusses)</translation>
    </message>
    <message>
        <source>the lips do not meet on {0}</source>
        <translation>die Lippen treffen sich nicht auf {0}</translation>
    </message>
    <message>
        <source>the lips part</source>
        <translation>die Lippen öffnen sich</translation>
    </message>
    <message>
        <source>the lips stay {0:.1f} mm apart</source>
        <translation>die Lippen bleiben {0:.1f} mm auseinander</translation>
    </message>
    <message>
        <source>the mouth comes {0:.0f} ms after its sound (confidence {1:.2f})</source>
        <translation>der Mund kommt {0:.0f} ms nach seinem Ton (Sicherheit {1:.2f})</translation>
    </message>
    <message>
        <source>the mouth comes {0:.0f} ms before its sound (confidence {1:.2f})</source>
        <translation>der Mund kommt {0:.0f} ms vor seinem Ton (Sicherheit {1:.2f})</translation>
    </message>
    <message>
        <source>the mouth moves in a pause (shapes up to {0:.2f} in all)</source>
        <translation>der Mund bewegt sich in einer Pause (Formen bis {0:.2f} in allem)</translation>
    </message>
    <message>
        <source>the name {0!a} is not text in UTF-8: give the file another name</source>
        <translation>der Name {0!a} ist kein Text in UTF-8: der Datei einen anderen Namen geben</translation>
    </message>
    <message>
        <source>the name {0} is too long for this disk: choose a shorter one</source>
        <translation>der Name {0} ist für diesen Datenträger zu lang: einen kürzeren wählen</translation>
    </message>
    <message>
        <source>the phone {0!r} is not in the {1} table: correct it, or name the alphabet it is written in ({2})</source>
        <translation>der Laut {0!r} steht nicht in der Tabelle {1}: berichtigen oder das Alphabet nennen, in dem er geschrieben ist ({2})</translation>
    </message>
    <message>
        <source>the sound begins in the middle of a word</source>
        <translation>der Ton beginnt mitten in einem Wort</translation>
    </message>
    <message>
        <source>the sound ends in the middle of a word</source>
        <translation>der Ton endet mitten in einem Wort</translation>
    </message>
    <message>
        <source>the sound has a hole of {0:.0f} ms inside a word</source>
        <translation>der Ton hat ein Loch von {0:.0f} ms in einem Wort</translation>
    </message>
    <message>
        <source>the phone has no name: type IPA such as m or ɑ, or a group such as MBP</source>
        <translation>der Laut hat keinen Namen: IPA wie m oder ɑ tippen, oder eine Gruppe wie MBP</translation>
    </message>
    <message>
        <source>the sound is clipped</source>
        <translation>der Ton ist übersteuert</translation>
    </message>
    <message>
        <source>the sound is not at hand: put it beside the take</source>
        <translation>der Ton ist nicht zur Hand: neben den Take legen</translation>
    </message>
    <message>
        <source>the sound is silent, or nearly (its loudest parts reach {0:.0f} dB)</source>
        <translation>der Ton ist still, oder beinahe (seine lautesten Stellen erreichen {0:.0f} dB)</translation>
    </message>
    <message>
        <source>the sound is still being read: try again in a moment</source>
        <translation>der Ton wird noch gelesen: gleich noch einmal versuchen</translation>
    </message>
    <message>
        <source>the sound says m, b or p, but no phone does and the lips stay {0:.1f} mm apart</source>
        <translation>der Ton sagt m, b oder p, aber kein Laut sagt es, und die Lippen bleiben {0:.1f} mm auseinander</translation>
    </message>
    <message>
        <source>the system refused {0}: {1}</source>
        <translation>das System verweigerte {0}: {1}</translation>
    </message>
    <message>
        <source>the text has {0!r}, the sound does not</source>
        <translation>der Text hat {0!r}, der Ton nicht</translation>
    </message>
    <message>
        <source>the tongue alone: the lips stay as they were</source>
        <translation>nur die Zunge: die Lippen bleiben, wie sie waren</translation>
    </message>
    <message>
        <source>there are no words yet: type what is said</source>
        <translation>noch gibt es keine Wörter: tippen, was gesagt wird</translation>
    </message>
    <message>
        <source>there is no alphabet {0!r}: use one of {1}</source>
        <translation>es gibt kein Alphabet {0!r}: eines von {1} verwenden</translation>
    </message>
    <message>
        <source>there is no file or folder {0}: check the name</source>
        <translation>es gibt keine Datei und keinen Ordner {0}: den Namen prüfen</translation>
    </message>
    <message>
        <source>there is no file or folder {0}: it was moved, or its drive is gone</source>
        <translation>es gibt keine Datei und keinen Ordner {0}: verschoben, oder das Laufwerk ist weg</translation>
    </message>
    <message>
        <source>there is no file {0}: check the name</source>
        <translation>es gibt keine Datei {0}: den Namen prüfen</translation>
    </message>
    <message>
        <source>there is no film yet: open a line, and choose a picture</source>
        <translation>noch gibt es keinen Film: eine Zeile öffnen und ein Bild wählen</translation>
    </message>
    <message>
        <source>there is no folder {0}: it was moved, or its drive is gone</source>
        <translation>es gibt keinen Ordner {0}: verschoben, oder das Laufwerk ist weg</translation>
    </message>
    <message>
        <source>there is no line {0!r} in this folder: it was moved or renamed</source>
        <translation>es gibt keine Zeile {0!r} in diesem Ordner: verschoben oder umbenannt</translation>
    </message>
    <message>
        <source>there is no sound {0}: check the name</source>
        <translation>es gibt keinen Ton {0}: den Namen prüfen</translation>
    </message>
    <message>
        <source>there is no take {0}: check the name, or make one with `bilabial generate`</source>
        <translation>es gibt keinen Take {0}: den Namen prüfen, oder einen mit `bilabial generate` erzeugen</translation>
    </message>
    <message>
        <source>this line has no take yet: generate one first</source>
        <translation>diese Zeile hat noch keinen Take: zuerst einen erzeugen</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>to join phones choose two or more that follow one another</source>
        <translation>um Laute zu verbinden, zwei oder mehr wählen, die aufeinander folgen</translation>
    </message>
    <message>
        <source>too little is said to tell</source>
        <translation>für ein Urteil wird zu wenig gesagt</translation>
    </message>
    <message>
        <source>too little memory is free for this: close other programs, or cut the sound into parts</source>
        <translation>dafür ist zu wenig Speicher frei: andere Programme schließen oder den Ton zerteilen</translation>
    </message>
    <message>
        <source>ventriloquist</source>
        <translation>Bauchredner</translation>
    </message>
    <message>
        <source>whisper</source>
        <translation>flüstern</translation>
    </message>
    <message>
        <source>words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>{0!r} from {1:.3f} to {2:.3f} s is too short: give it 10 ms</source>
        <translation>{0!r} von {1:.3f} bis {2:.3f} s ist zu kurz: 10 ms geben</translation>
    </message>
    <message>
        <source>{0!r} is too short to split at {1:.3f} s: move the cursor</source>
        <translation>{0!r} ist zu kurz, um bei {1:.3f} s geteilt zu werden: den Cursor verschieben</translation>
    </message>
    <message>
        <source>{0:.1f} s are spoken of which the text has no word</source>
        <translation>{0:.1f} s werden gesprochen, für die der Text kein Wort hat</translation>
    </message>
    <message>
        <source>{0} ({1}), {2:.3f} to {3:.3f} s</source>
        <translation>{0} ({1}), {2:.3f} bis {3:.3f} s</translation>
    </message>
    <message>
        <source>{0} at {1:.0f} mm/s; real ones hardly pass {2:.0f}</source>
        <translation>{0} mit {1:.0f} mm/s; wirkliche kaum schneller als {2:.0f}</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}</source>
        <translation>{0} kann nicht gelesen werden: {1}</translation>
    </message>
    <message>
        <source>{0} cannot be written from a take: use one of {1}</source>
        <translation>{0} kann nicht aus einem Take geschrieben werden: eines von {1} verwenden</translation>
    </message>
    <message>
        <source>{0} files</source>
        <translation>{0} Dateien</translation>
    </message>
    <message>
        <source>{0} has a sample rate of {1} Hz where speech needs {2} to {3}: export it again, at 48000 Hz for instance</source>
        <translation>{0} hat eine Abtastrate von {1} Hz, Sprache braucht {2} bis {3}: neu exportieren, etwa mit 48000 Hz</translation>
    </message>
    <message>
        <source>{0} has no sound: put it beside its take</source>
        <translation>{0} hat keinen Ton: neben den Take legen</translation>
    </message>
    <message>
        <source>{0} has samples that are no numbers (NaN or infinite) at {1:.3f} s: render or export it again</source>
        <translation>{0} hat Abtastwerte, die keine Zahlen sind (NaN oder unendlich), bei {1:.3f} s: neu rendern oder exportieren</translation>
    </message>
    <message>
        <source>{0} has {1} frames.</source>
        <translation>{0} hat {1} Bilder.</translation>
    </message>
    <message>
        <source>{0} has {1} keys where {2} say the same within {3:g}</source>
        <translation>{0} hat {1} Keys, wo {2} auf {3:g} genau dasselbe sagen</translation>
    </message>
    <message>
        <source>{0} holds more than {1} lines: open one of the folders in it</source>
        <translation>{0} enthält mehr als {1} Zeilen: einen Ordner darin öffnen</translation>
    </message>
    <message>
        <source>{0} holds no sound and no take: open the folder of your recordings</source>
        <translation>{0} enthält keinen Ton und keinen Take: den Ordner der Aufnahmen öffnen</translation>
    </message>
    <message>
        <source>{0} holds no sound: export it again</source>
        <translation>{0} enthält keinen Ton: neu exportieren</translation>
    </message>
    <message>
        <source>{0} holds no take (*{1}): make some with `bilabial generate` or batch</source>
        <translation>{0} enthält keinen Take (*{1}): welche mit `bilabial generate` oder batch erzeugen</translation>
    </message>
    <message>
        <source>{0} is a file where a folder belongs: name another place</source>
        <translation>{0} ist eine Datei, wo ein Ordner hingehört: einen anderen Ort nennen</translation>
    </message>
    <message>
        <source>{0} is a folder: name a file</source>
        <translation>{0} ist ein Ordner: eine Datei nennen</translation>
    </message>
    <message>
        <source>{0} is a folder: name a sound file in it</source>
        <translation>{0} ist ein Ordner: eine Tondatei darin nennen</translation>
    </message>
    <message>
        <source>{0} is a folder: name a take in it</source>
        <translation>{0} ist ein Ordner: einen Take darin nennen</translation>
    </message>
    <message>
        <source>{0} is empty (0 bytes): export or copy it again</source>
        <translation>{0} ist leer (0 Bytes): neu exportieren oder kopieren</translation>
    </message>
    <message>
        <source>{0} is no film: give it the suffix .mp4</source>
        <translation>{0} ist kein Film: die Endung .mp4 geben</translation>
    </message>
    <message>
        <source>{0} is no plain file: save the sound to a file first</source>
        <translation>{0} ist keine einfache Datei: den Ton zuerst in eine Datei speichern</translation>
    </message>
    <message>
        <source>{0} is no sound and no take: open the folder of your recordings</source>
        <translation>{0} ist weder Ton noch Take: den Ordner der Aufnahmen öffnen</translation>
    </message>
    <message>
        <source>{0} is not what the sound says{1}</source>
        <translation>{0} ist nicht, was der Ton sagt{1}</translation>
    </message>
    <message>
        <source>{0} is saved.</source>
        <translation>{0} ist gespeichert.</translation>
    </message>
    <message>
        <source>{0} is seen for {1:.0f} ms only (up to {2:.2f})</source>
        <translation>{0} ist nur {1:.0f} ms zu sehen (bis {2:.2f})</translation>
    </message>
    <message>
        <source>{0} keys instead of {1}.</source>
        <translation>{0} Keys statt {1}.</translation>
    </message>
    <message>
        <source>{0} on an m, b or p (at {1} frames a second)</source>
        <translation>{0} bei einem m, b oder p (bei {1} Bildern pro Sekunde)</translation>
    </message>
    <message>
        <source>{0} reaches {1:.4g} where full scale is 1: export it again as PCM</source>
        <translation>{0} erreicht {1:.4g}, wo Vollaussteuerung 1 ist: als PCM neu exportieren</translation>
    </message>
    <message>
        <source>{0} speaks.</source>
        <translation>{0} spricht.</translation>
    </message>
    <message>
        <source>{0} takes were made.</source>
        <translation>{0} Takes wurden erzeugt.</translation>
    </message>
    <message>
        <source>{0} was changed by another program and merged{1}{2}.</source>
        <translation>{0} wurde von einem anderen Programm geändert und zusammengeführt{1}{2}.</translation>
    </message>
    <message>
        <source>{0} was made by another program in the meantime: generate the line again</source>
        <translation>{0} wurde inzwischen von einem anderen Programm gemacht: die Zeile noch einmal erzeugen</translation>
    </message>
    <message>
        <source>{0} words of the text are not in the sound, {1!r} to {2!r}</source>
        <translation>{0} Wörter des Textes sind nicht im Ton, {1!r} bis {2!r}</translation>
    </message>
    <message>
        <source>{0} {1:.2f} at {2:.3f} s</source>
        <translation>{0} {1:.2f} bei {2:.3f} s</translation>
    </message>
</context>
<context>
    <name>SheetDialog</name>
    <message>
        <source>The mouth at every closure</source>
        <translation>Der Mund bei jedem Lippenschluss</translation>
    </message>
    <message>
        <source>Save the sheet</source>
        <translation>Bogen speichern</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>Bilder (*.png)</translation>
    </message>
    <message>
        <source>{0} cannot be written: choose another place.</source>
        <translation>{0} lässt sich nicht schreiben: einen anderen Ort wählen.</translation>
    </message>
</context>
<context>
    <name>SheetView</name>
    <message>
        <source>The mouth at every closure</source>
        <translation>Der Mund bei jedem Lippenschluss</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>All keys</source>
        <translation>Alle Tasten</translation>
    </message>
    <message>
        <source>In the phones: choose the next or the one before</source>
        <translation>Bei den Lauten: den nächsten oder vorigen wählen</translation>
    </message>
    <message>
        <source>In the phones: choose more</source>
        <translation>Bei den Lauten: mehrere wählen</translation>
    </message>
    <message>
        <source>In the phones: move the start by 10 ms</source>
        <translation>Bei den Lauten: den Anfang um 10 ms verschieben</translation>
    </message>
    <message>
        <source>In the phones: move the end by 10 ms</source>
        <translation>Bei den Lauten: das Ende um 10 ms verschieben</translation>
    </message>
    <message>
        <source>In the phones: rename, split, join, remove</source>
        <translation>Bei den Lauten: umbenennen, teilen, verbinden, entfernen</translation>
    </message>
    <message>
        <source>In the curves: move the chosen keys (Shift: finely)</source>
        <translation>Bei den Kurven: gewählte Keys verschieben (Umschalt: fein)</translation>
    </message>
    <message>
        <source>In the curves: add a key</source>
        <translation>Bei den Kurven: einen Key hinzufügen</translation>
    </message>
    <message>
        <source>double click</source>
        <translation>Doppelklick</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Keys</translation>
    </message>
</context>
<context>
    <name>SpectrumStrip</name>
    <message>
        <source>Spectrum</source>
        <translation>Spektrum</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
</context>
<context>
    <name>StylePanel</name>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Neutral speech is {0:.1f}, {0:.1f} of the JALI field</source>
        <translation>Neutrale Sprache ist {0:.1f}, {0:.1f} im JALI-Feld</translation>
    </message>
    <message>
        <source>Earlier onsets, in ms</source>
        <translation>Früherer Einsatz, in ms</translation>
    </message>
    <message>
        <source>Jaw offset, in hundredths</source>
        <translation>Versatz des Kiefers, in Hundertsteln</translation>
    </message>
    <message>
        <source>Lip offset, in hundredths</source>
        <translation>Versatz der Lippen, in Hundertsteln</translation>
    </message>
    <message>
        <source>Largest distance from the curves</source>
        <translation>Größter Abstand von den Kurven</translation>
    </message>
    <message>
        <source>Thin keys</source>
        <translation>Keys ausdünnen</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>Lead</source>
        <translation>Vorlauf</translation>
    </message>
    <message>
        <source>Jaw +</source>
        <translation>Kiefer +</translation>
    </message>
    <message>
        <source>Lips +</source>
        <translation>Lippen +</translation>
    </message>
    <message>
        <source>{0}, {1:.0f} a second</source>
        <translation>{0}, {1:.0f} pro Sekunde</translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation>Bilder pro Sekunde</translation>
    </message>
    <message>
        <source>{0:g} fps</source>
        <translation>{0:g} B/s</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>{0}:{1:05.2f}   frame {2}</source>
        <translation>{0}:{1:05.2f}   Bild {2}</translation>
    </message>
</context>
<context>
    <name>WaveStrip</name>
    <message>
        <source>Wave</source>
        <translation>Welle</translation>
    </message>
    <message>
        <source>Reading the sound…</source>
        <translation>Liest den Ton…</translation>
    </message>
    <message>
        <source>No sound at hand</source>
        <translation>Kein Ton zur Hand</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Hear, see, fix and judge dialogue. Open a folder of recordings: each line gets a take and a score, the worst come first.</source>
        <translation>Dialog hören, sehen, berichtigen, beurteilen. Öffnen Sie einen Ordner mit Aufnahmen: Jede Zeile bekommt einen Take und eine Note, die schlimmsten kommen zuerst.</translation>
    </message>
    <message>
        <source>Try the demo line</source>
        <translation>Die Beispielzeile ausprobieren</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Space plays · Left and Right go from phone to phone · Ctrl+K finds every action · F1 lists all keys</source>
        <translation>Leertaste spielt ab · Links und Rechts gehen von Laut zu Laut · Strg+K findet jeden Befehl · F1 zeigt alle Tasten</translation>
    </message>
</context>
<context>
    <name>WordStrip</name>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
</context>
<context>
    <name>WordsPanel</name>
    <message>
        <source>What is said</source>
        <translation>Was gesagt wird</translation>
    </message>
    <message>
        <source>Type what is said, then press Realign</source>
        <translation>Eintippen, was gesagt wird, dann „Neu ausrichten“</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Realign</source>
        <translation>Neu ausrichten</translation>
    </message>
    <message>
        <source>Find the phones of these words anew (Ctrl+Return)</source>
        <translation>Die Laute dieser Wörter neu suchen (Strg+Eingabe)</translation>
    </message>
</context>
</TS>
