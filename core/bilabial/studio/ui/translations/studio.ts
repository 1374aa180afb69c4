<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a take or sound…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look through the folder again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All actions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loop what is chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play the chosen phones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A frame back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A frame on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed {0:g}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ph&amp;ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split at the cursor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Join the chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Insert at the cursor…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tangents: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger by a tenth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller by a tenth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate all lines without a take</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contact sheet of closures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check all lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next finding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finding before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark as {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note at the cursor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whole line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom to the chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectrogram</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tall lanes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lanes that rest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ComparePanel</name>
    <message>
        <source>Nothing is compared.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another take…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As it was saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the takes differ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>B is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A is on the left, B on the right: which one speaks better?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dashed curves and the right head: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1:.3f} apart on average, {2:.2f} at {3:.2f} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another take</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as it was saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was preferred.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Both are the same to you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The votes are in {0}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CurvesView</name>
    <message>
        <source>Curves and their keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No take yet: press Generate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No line is open</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Deeds</name>
    <message>
        <source>A folder of recordings and takes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A take or a sound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demo line did not come with this installation: open a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No take is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawing the mouths</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No finding further on.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rig</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filming</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FindingsPanel</name>
    <message>
        <source>Findings, worst first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No take is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} findings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HeadMouse</name>
    <message>
        <source>The head that speaks the line</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HeadPane</name>
    <message>
        <source>Face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mouth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Portrait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wire</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Head…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A head of your own (glTF with morph targets)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo head</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A head with morph targets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>glTF (*.glb *.gltf)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LexiconPanel</name>
    <message>
        <source>Words and their phones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its phones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>K W OW1 DH or /kwoʊð/; more with commas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guessed from its letters: correct the phones and keep them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Red words are guessed from their letters: say how they sound, and keep it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every word of this line is known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is kept: realign the lines that hold it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LineModel</name>
    <message>
        <source>Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Worst finding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no take yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LinePanel</name>
    <message>
        <source>Search names, findings, notes, words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Below 90</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lines, worst first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} fixed or approved</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LivePanel</name>
    <message>
        <source>Start the microphone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speak, and the head follows 0.12 s behind. Nothing is recorded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the microphone</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NotesPanel</name>
    <message>
        <source>Notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A click goes there; a double click or F2 edits moment and words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A note at the cursor, then Return</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move here</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Jaw and lips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>jaw</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lips</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>All actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Actions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Panes</name>
    <message>
        <source>Lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Head</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Findings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lexicon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Style</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PhoneStrip</name>
    <message>
        <source>Phones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phones of the line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left and right choose a phone, Return renames it, S splits, J joins, Delete removes it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the phone</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PortraitPane</name>
    <message>
        <source>Choose a picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a film…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A face seen from in front. The film says in its metadata that its picture is synthetic.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture of one face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no line open: choose one on the left.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A film</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Films</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Ruler</name>
    <message>
        <source>Seconds</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>, {0} of them changed on both sides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 take was made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>: it hears {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>: it is silent there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; {0} edited stretches were kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Audio2Face (.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change tangents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the style</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Controls, 100 rows a second (.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct the words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete phones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done again: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edits that were not saved were found and put back; undo them to drop them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Film of the head (.mp4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finding the words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generating</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generating {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Insert a phone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Join phones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live Link Face (.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for the face in {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking through {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moho switch (.dat)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move a border</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OpenGL refuses the head ({0}), so it is drawn in software, more slowly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Painting {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Papagayo (.pgo)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phone labels (.lab)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Praat TextGrid (.TextGrid)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PyAV is not installed, so there is no film: run `pip install av`</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the sound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename a phone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rhubarb cues (.tsv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scale keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split a phone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The line was edited while its words were looked for: correct them again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sound {0} is not at hand: put it beside the take.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thin keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This machine has no OpenGL, so the head is drawn in software, more slowly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>USD (.usda)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undone: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VRM animation (.vrma)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a blind test needs two different takes: choose another one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a contact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a part of the path {0} is a file, not a folder: check the name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a rule keeps it exact: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>access to {0} is refused: change its permissions or name another place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after {0} at {1:.2f} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>another line was opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>approved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>before {0} at {1:.2f} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>closure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>confidence {0:.0%}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>constant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>contact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>drawing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fixed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>flat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>flicker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from a person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>glTF (.glb)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in {0} at {1:.2f} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>linear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lips come forward early and stay late</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lips shut for the whole phone, a film frame at least</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>listening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lower lip at the upper teeth for the whole phone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mumble</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>neutral</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no alphabet knows all of these phones; {0} comes closest but lacks {1!r}: correct it, or name the alphabet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no sound device can be used ({0}), so lines play silently</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no phone is at {0:.3f} s: put the cursor into the one to split</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no phone is chosen: click one, or put the cursor into it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no words are known: type what is said, and see that the language is right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none of these lines has a sound: put the recordings beside the takes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reading the sound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>set by hand: it stays when the line is generated again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>smooth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>solving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sound and mouth are too little alike to say</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sounddevice is not installed, so lines play silently: install bilabial[studio]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped: no film was written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped: there is no sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sync</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>teeth together and lips forward, early and late</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>teeth together: what opens the jaw stays small</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the corners of the mouth move</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the disk is full, so {0} was not written: free some space and try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the ear&apos;s next guess: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the folder was not opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the line has no m, b or p, so there is no closure to show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the lip comes {0:.0%} of the way to the teeth on an f or v (at {1} frames a second)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the lips close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the lips come together but are not pressed ({0:.0%} of a closure)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the lips do not meet on {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the lips part</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the lips stay {0:.1f} mm apart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the mouth comes {0:.0f} ms after its sound (confidence {1:.2f})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the mouth comes {0:.0f} ms before its sound (confidence {1:.2f})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the mouth moves in a pause (shapes up to {0:.2f} in all)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the name {0!a} is not text in UTF-8: give the file another name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the name {0} is too long for this disk: choose a shorter one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the phone {0!r} is not in the {1} table: correct it, or name the alphabet it is written in ({2})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sound begins in the middle of a word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sound ends in the middle of a word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sound has a hole of {0:.0f} ms inside a word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the phone has no name: type IPA such as m or ɑ, or a group such as MBP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sound is clipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sound is not at hand: put it beside the take</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sound is silent, or nearly (its loudest parts reach {0:.0f} dB)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sound is still being read: try again in a moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sound says m, b or p, but no phone does and the lips stay {0:.1f} mm apart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the system refused {0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the text has {0!r}, the sound does not</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the tongue alone: the lips stay as they were</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there are no words yet: type what is said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no alphabet {0!r}: use one of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no file or folder {0}: check the name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no file or folder {0}: it was moved, or its drive is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no file {0}: check the name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no film yet: open a line, and choose a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no folder {0}: it was moved, or its drive is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no line {0!r} in this folder: it was moved or renamed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no sound {0}: check the name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no take {0}: check the name, or make one with `bilabial generate`</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this line has no take yet: generate one first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to join phones choose two or more that follow one another</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too little is said to tell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too little memory is free for this: close other programs, or cut the sound into parts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ventriloquist</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>whisper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0!r} from {1:.3f} to {2:.3f} s is too short: give it 10 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0!r} is too short to split at {1:.3f} s: move the cursor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:.1f} s are spoken of which the text has no word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ({1}), {2:.3f} to {3:.3f} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} at {1:.0f} mm/s; real ones hardly pass {2:.0f}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be written from a take: use one of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has a sample rate of {1} Hz where speech needs {2} to {3}: export it again, at 48000 Hz for instance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has no sound: put it beside its take</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has samples that are no numbers (NaN or infinite) at {1:.3f} s: render or export it again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has {1} frames.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has {1} keys where {2} say the same within {3:g}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} holds more than {1} lines: open one of the folders in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} holds no sound and no take: open the folder of your recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} holds no sound: export it again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} holds no take (*{1}): make some with `bilabial generate` or batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is a file where a folder belongs: name another place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is a folder: name a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is a folder: name a sound file in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is a folder: name a take in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is empty (0 bytes): export or copy it again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is no film: give it the suffix .mp4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is no plain file: save the sound to a file first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is no sound and no take: open the folder of your recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not what the sound says{1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is seen for {1:.0f} ms only (up to {2:.2f})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} keys instead of {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} on an m, b or p (at {1} frames a second)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} reaches {1:.4g} where full scale is 1: export it again as PCM</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} speaks.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} takes were made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was changed by another program and merged{1}{2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was made by another program in the meantime: generate the line again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} words of the text are not in the sound, {1!r} to {2!r}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} {1:.2f} at {2:.3f} s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SheetDialog</name>
    <message>
        <source>The mouth at every closure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be written: choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SheetView</name>
    <message>
        <source>The mouth at every closure</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>All keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the phones: choose the next or the one before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the phones: choose more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the phones: move the start by 10 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the phones: move the end by 10 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the phones: rename, split, join, remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the curves: move the chosen keys (Shift: finely)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the curves: add a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>double click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SpectrumStrip</name>
    <message>
        <source>Spectrum</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StylePanel</name>
    <message>
        <source>Style</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neutral speech is {0:.1f}, {0:.1f} of the JALI field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier onsets, in ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jaw offset, in hundredths</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lip offset, in hundredths</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest distance from the curves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thin keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jaw +</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lips +</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, {1:.0f} a second</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:g} fps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}:{1:05.2f}   frame {2}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WaveStrip</name>
    <message>
        <source>Wave</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the sound…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No sound at hand</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Hear, see, fix and judge dialogue. Open a folder of recordings: each line gets a take and a score, the worst come first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space plays · Left and Right go from phone to phone · Ctrl+K finds every action · F1 lists all keys</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WordStrip</name>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WordsPanel</name>
    <message>
        <source>What is said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type what is said, then press Realign</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Realign</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find the phones of these words anew (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
