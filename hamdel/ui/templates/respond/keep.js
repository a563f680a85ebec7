(f=>{if(!f)return
const place="hamdel"+location.pathname+(f.page||{}).value,note=document.getElementById("off")
let box={},busy,later
try{box=localStorage}catch{}
const said=()=>[...new FormData(f)].filter(([k,v])=>typeof v=="string"&&k!="once"&&k!="page")
try{for(const [k,v] of JSON.parse(box[place]||"[]"))for(const e of f.querySelectorAll(`[name="${CSS.escape(k)}"]`)){if(e.type=="radio"||e.type=="checkbox"){if(e.value==v&&!f.querySelector(`[name="${CSS.escape(k)}"]:checked`))e.checked=true}else if(!e.value)e.value=v}}catch{}
f.oninput=()=>{try{box[place]=JSON.stringify(said())}catch{}}
const send=async()=>{clearTimeout(later)
if(busy)return
busy=1
try{const r=await fetch(location.href,{method:"POST",body:new URLSearchParams(new FormData(f))})
if(r.redirected){delete box[place];location.replace(r.url)}else if(r.status<500){f.onsubmit=null;f.submit()}else throw 0}
catch{note.hidden=false;later=setTimeout(send,5e3)}
busy=0}
addEventListener("online",()=>later&&send())
f.onsubmit=e=>{if(f.enctype[0]=="m")return
e.preventDefault();send()}})(document.querySelector("form"))
