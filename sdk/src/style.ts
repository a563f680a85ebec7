// How questions look, on the sites of others and on the kiosk. Logical sides only; colours are variables.

export const QUESTIONS = `
*,::before{box-sizing:border-box;margin:0}
.sheet{--paper:#fffefc;--field:#faf7f2;--line:#e2dbd0;--edge:#948a7c;--ink:#2b241c;--soft:#5d554b;--accent:#00666e;--on:#fff;--wash:color-mix(in srgb,var(--accent) 12%,var(--paper));--bad:#a3173b;--gold:#e3a02f;color-scheme:light;color:var(--ink);font:16px/1.6 Vazirmatn,system-ui,"Segoe UI",Roboto,Tahoma,sans-serif;text-align:start}
.sheet:lang(fa){line-height:1.8}
.sheet.dark{--paper:#211e1a;--field:#171411;--line:#3b3630;--edge:#857c70;--ink:#f0ece5;--soft:#c2bab0;--bad:#ff94a5;--gold:#f0b454;color-scheme:dark}
[hidden]{display:none!important}
fieldset,.q{border:0;padding:0;min-width:0;margin-block-end:1.25em}
legend,.ask{display:block;padding:0;margin-block-end:.7em;font-size:1.12em;font-weight:650;line-height:1.55;overflow-wrap:anywhere;text-wrap:balance}
.optional{font-weight:400;font-size:.8em;color:var(--soft)}
.picture{display:block;max-inline-size:100%;max-block-size:16em;margin-block-end:.7em;border-radius:.6em}
.help{margin-block:-.4em .7em;color:var(--soft);font-size:.92em}
.scale{display:grid;grid-template-columns:repeat(var(--n),1fr);gap:.35em}
.scale label,.choice{position:relative;display:block;cursor:pointer;-webkit-tap-highlight-color:transparent}
.scale input,.choice input{position:absolute;inset:0;inline-size:100%;block-size:100%;opacity:0;cursor:pointer}
.scale span{display:grid;place-items:center;min-block-size:2.9em;border:1.5px solid var(--edge);border-radius:.6em;background:var(--field);font-weight:600;font-variant-numeric:tabular-nums;transition:background .12s,transform .12s}
.scale.wide{gap:.2em}.scale.wide span{border-radius:.45em}
.scale svg{inline-size:2em;block-size:2em;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.scale b{position:absolute;clip-path:inset(50%)}
.scale label:hover span,.choice:hover span{border-color:var(--accent);background:var(--wash)}
.scale input:checked+span{background:var(--accent);border-color:var(--accent);color:var(--on);transform:translateY(-2px)}
.scale input:focus-visible+span,.choice input:focus-visible+span{outline:3px solid var(--accent);outline-offset:2px}
.stars span,.stars label:hover span,.stars input:checked+span{border-color:transparent;background:none;color:inherit}
.stars label:has(:checked) svg,.stars label:has(~label :checked) svg{fill:var(--gold);stroke:var(--gold)}
.ends{display:flex;justify-content:space-between;gap:1em;margin-block-start:.45em;font-size:.82em;color:var(--soft)}
.ends span:last-child{text-align:end}
.choice{margin-block-end:.45em}
.choice span{display:flex;align-items:center;gap:.7em;min-block-size:2.9em;padding:.45em .9em;border:1.5px solid var(--edge);border-radius:.6em;background:var(--field)}
.choice span::before{content:"";flex:none;inline-size:1.1em;block-size:1.1em;border:2px solid var(--edge);border-radius:50%}
.checkbox span::before{border-radius:.25em}
.choice input:checked+span{border-color:var(--accent);background:var(--wash);font-weight:600}
.choice .picture,.row .picture{max-inline-size:6em;max-block-size:6em;margin:0}
.row p:has(img){display:flex;align-items:center;gap:.7em}
.choice input:checked+span::before{border:.34em solid var(--accent)}
.row{margin-block-end:1em;display:grid;gap:.4em;grid-template-columns:repeat(auto-fit,minmax(6.5em,1fr))}.row p{grid-column:1/-1;font-weight:600}.row .choice{margin:0}
textarea,.line{display:block;inline-size:100%;padding:.7em .9em;border:1.5px solid var(--edge);border-radius:.6em;background:var(--field);color:inherit;font:inherit;line-height:inherit;resize:vertical}
textarea:focus,.line:focus{outline:3px solid var(--accent);outline-offset:1px;border-color:var(--accent)}
.choice+.line{margin-block-start:.2em}
.slider{display:flex;align-items:center;gap:1em}.slider input{flex:1;accent-color:var(--accent);min-block-size:2.9em}.slider output{min-inline-size:3.5em;font-weight:650;text-align:center}
.error{margin-block-start:.5em;color:var(--bad);font-weight:600}
.go{min-block-size:2.9em;padding:.4em 1.6em;border:0;border-radius:.65em;background:var(--accent);color:var(--on);font:inherit;font-weight:650;cursor:pointer}
.go:hover{filter:brightness(1.08)}.go:focus-visible,.close:focus-visible,.tab:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
.go[disabled]{opacity:.6;cursor:progress}
.end{text-align:center;padding-block:1em}.end h2{font-size:1.25em}.end a{color:var(--accent)}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}`;

export const WIDGET = `
:host{all:initial}
.sheet{position:fixed;z-index:2147483000;inset-block-end:1rem;inline-size:min(25rem,calc(100vw - 2rem));max-block-size:calc(100dvh - 2rem);overflow:auto;overscroll-behavior:contain;padding:1.15rem 1.25rem 1.25rem;border:1px solid var(--line);border-radius:1rem;background:var(--paper);box-shadow:0 4px 12px #0002,0 20px 50px -10px #0004;animation:rise .25s ease-out}
.sheet.end-side{inset-inline-end:1rem}.sheet.start-side{inset-inline-start:1rem}
.sheet.popover{inset:0;margin:auto;block-size:fit-content;inline-size:min(30rem,calc(100vw - 2rem))}
.sheet.embedded{position:static;inline-size:auto;max-block-size:none;box-shadow:none;animation:none}
.veil{position:fixed;inset:0;z-index:2147482999;background:#0007}
.close{position:absolute;inset-block-start:.5rem;inset-inline-end:.5rem;inline-size:2.75rem;block-size:2.75rem;border:0;border-radius:50%;background:none;color:var(--soft);cursor:pointer}
.close:hover{background:var(--field);color:var(--ink)}
.close svg{inline-size:1.25rem;block-size:1.25rem;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round}
.has-close legend,.has-close .ask,.has-close .statement .ask{padding-inline-end:2rem}
.has-close .q~.q legend,.has-close .q~.q .ask{padding-inline-end:0}
.foot{display:flex;align-items:center;justify-content:space-between;gap:1rem}.foot small{color:var(--soft)}
.tab{position:fixed;z-index:2147482998;inset-block-end:1rem;min-block-size:2.9em;padding:.5em 1.3em;border:0;border-radius:2em;background:var(--accent);color:var(--on);font-weight:650;box-shadow:0 4px 14px #0003;cursor:pointer;max-inline-size:calc(100vw - 2rem)}
.tab.sheet{overflow:hidden;inline-size:auto;animation:none;color:var(--on)}
iframe{display:block;inline-size:100%;block-size:min(70dvh,34rem);border:0;border-radius:.6rem;background:var(--field)}
@keyframes rise{from{opacity:0;transform:translateY(12px)}}
@media (max-width:30rem){.sheet:not(.embedded,.tab){inset-inline:0;inset-block-end:0;inline-size:100vw;max-block-size:92dvh;border-end-start-radius:0;border-end-end-radius:0;padding-block-end:max(1.25rem,env(safe-area-inset-bottom))}.sheet.popover{inset-block-start:auto;margin:0}.scale.wide:not(.stars,.faces){grid-template-columns:repeat(6,1fr);gap:.35em}}`;
